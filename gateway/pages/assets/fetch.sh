#!/bin/sh
# fetch.sh PACKAGES CACHE OUT: puts the viewers of /docs and /redoc into OUT.
# PACKAGES pins name, version and SHA-512 of two npm packages; their archives are kept in CACHE and fetched only once.
# Only the archives are needed: the bundles inside are self-contained, so nothing gets installed.
set -eu
packages=$1 cache=$2 out=$3
mkdir -p "$cache" "$out"

fits() { [ -f "$1" ] && [ "$(sha512sum < "$1" | cut -d' ' -f1)" = "$2" ]; }

while read -r name version hash; do
    archive=$cache/$name-$version.tgz
    if ! fits "$archive" "$hash"; then
        work=$(mktemp -d "$cache/fetch.XXXXXX")
        trap 'rm -rf "$work"' EXIT
        (cd "$work" && npm pack --silent --ignore-scripts "$name@$version" > npm.log 2>&1) || { cat "$work/npm.log" >&2; exit 1; }
        fits "$work/$name-$version.tgz" "$hash" || { echo "$name $version: the archive is not the pinned one" >&2; exit 1; }
        mv "$work/$name-$version.tgz" "$archive"
        rm -rf "$work"
    fi
    tar -xzf "$archive" -C "$out" --transform "s,^package,$name,"
done < "$packages"

cp "$out/swagger-ui-dist/swagger-ui-bundle.js" "$out/swagger-ui-dist/swagger-ui.css" "$out/"
# ReDoc's footer shows its maker's logo from a CDN; ours comes from the binary, or no picture at all.
sed 's,https://cdn\.redoc\.ly/redoc/logo-mini\.svg,/docs/icon.svg,g' "$out/redoc/bundles/redoc.standalone.js" > "$out/redoc.standalone.js"
{
    echo "Swagger UI"; echo; cat "$out/swagger-ui-dist/LICENSE" "$out/swagger-ui-dist/NOTICE" "$out/swagger-ui-dist/swagger-ui-bundle.js.LICENSE.txt"
    echo; echo "ReDoc"; echo; cat "$out/redoc/LICENSE" "$out/redoc/bundles/redoc.standalone.js.LICENSE.txt"
} > "$out/licenses.txt"
rm -rf "$out/swagger-ui-dist" "$out/redoc"
