/// An error that says which HTTP status it answers with.
export class Refusal extends Error {
    constructor(status, detail) {
        super(detail)
        this.status = status
    }
}
