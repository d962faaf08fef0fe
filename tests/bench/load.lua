-- wrk: takes the requests of the file WA_REQUESTS in turn, one a line: method, path, body, separated by tabs.
local requests, turn = {}, 0

function init()
    for line in io.lines(os.getenv("WA_REQUESTS")) do
        local method, path, body = line:match("^(.-)\t(.-)\t(.*)$")
        local headers = body ~= "" and {["Content-Type"] = "application/json"} or {}
        requests[#requests + 1] = wrk.format(method, path, headers, body ~= "" and body or nil)
    end
end

function request()
    turn = turn % #requests + 1
    return requests[turn]
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format("RESULT %d %d %.0f %.0f %d\n", summary.requests, summary.duration, latency:percentile(50),
        latency:percentile(99), errors.status + errors.timeout + errors.read + errors.write + errors.connect))
end
