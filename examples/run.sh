#!/bin/sh
# run.sh BINARY - serve the examples on 127.0.0.1, port PORT or 8080, until interrupted.
# Started from the top of the repository: by `make run`.
set -eu
umask 077

wellgate=${1:?usage: examples/run.sh BINARY}
port=${PORT:-8080}
url=http://127.0.0.1:$port
cases="referrals.read referrals.write outcomes.read outcomes.write people.identifiers directory.read"
mkdir -p var/keys var/tokens

fail() {
    echo "run.sh: $1" >&2
    exit 1
}

# token NAME ORGANISATION SCOPES: var/tokens/NAME.jwt, good for a day.
token() {
    "$wellgate" token --key var/keys/issuer.pem --issuer https://issuer.wellgate.example \
        --audience wellgate --subject "$1" ${2:+--organisation "organisations/$2"} \
        --scope "$3" --lifetime 86400 >"var/tokens/$1.jwt"
}

make_tokens() {
    if ! [ -f var/keys/issuer.pem ] || ! [ -f var/keys/jwks.json ]; then
        rm -f var/keys/issuer.pem var/keys/jwks.json # half of a pair is none
        "$wellgate" keys var/keys/issuer.pem var/keys/jwks.json
    fi
    token admin "" "admin directory.read"
    token referrer north-gp "referrals.read referrals.write directory.read"
    token provider first-contact \
        "referrals.read referrals.write outcomes.read outcomes.write directory.read"
    token coordinator hub \
        "referrals.read referrals.write outcomes.read outcomes.write people.identifiers people.erase directory.read"
    token service walking-group "referrals.read referrals.write directory.read"
    token evaluator university "referrals.read outcomes.read outcomes.write directory.read"
    token commissioner newcastle-ccg \
        "payments.read payments.write outcomes.read outcomes.write bonds.read directory.read"
    token approver newcastle-ccg "payments.read payments.write directory.read"
    token lottery-fund lottery-fund "payments.read payments.write bonds.read directory.read"
    token cabinet-office cabinet-office "payments.read payments.write bonds.read directory.read"
    token intermediary wellness-vehicle \
        "payments.read payments.write outcomes.read bonds.read bonds.write directory.read"
    token investor social-fund "bonds.read directory.read"
    # Case systems of the other programmes, by which they are loaded; and their commissioners.
    token dudley integrated-plus "$cases"
    token rotherham rotherham-va "$cases"
    token exeter exeter-connectors "$cases"
    token halton halton-wellbeing "$cases"
    for ccg in dudley-ccg rotherham-ccg exeter-ccg halton-ccg; do
        token "$ccg" "$ccg" "outcomes.read outcomes.write referrals.read payments.read directory.read"
    done
}

# link ROLE: where its token signs a browser in, once.
link() {
    printf 'Authorization: Bearer %s' "$(cat "var/tokens/$1.jwt")" |
        curl -fs -X POST -H @- "$url/sign-in/links" | sed 's/.*"url":"\([^"]*\)".*/\1/'
}

# The gateway drains and ends; its status is ours. A signal cuts a wait short, so
# then wait once more.
signalled=0
leave() {
    status=0
    wait "$gateway" || status=$?
    while [ "$signalled" = 1 ]; do
        signalled=0 status=0
        wait "$gateway" || status=$?
    done
    exit "$status"
}

stop() {
    kill -TERM "$gateway" 2>/dev/null || :
    wait "$gateway" || :
    fail "$1"
}

await_ready() {
    tries=0
    until curl -fs -o /dev/null "$url/readyz"; do
        [ "$signalled" = 0 ] || leave
        tries=$((tries + 1))
        if [ "$tries" -gt 150 ] || ! kill -0 "$gateway" 2>/dev/null; then
            tail -n 5 var/wellgate.log >&2
            stop "the gateway did not start; see var/wellgate.log"
        fi
        sleep 0.1
    done
}

# load SCRIPT [EXAMPLE]: unless it was loaded before. A signal ends it.
load() {
    script=$1
    shift
    python3 -B "examples/$script" "$@" "$url" var/tokens &
    loader=$!
    wait "$loader" || { [ "$signalled" = 1 ] && signalled=0 && leave; } || stop "the example is not loaded"
    loader=
}

! curl -s -o /dev/null "$url/livez" ||
    fail "something listens on $url already: stop it, or take another port, as in make run PORT=8090"
make_tokens
sed "s/^\( *port =\) .*/\1 $port/" examples/wellgate.conf >var/wellgate.conf
"$wellgate" serve var/wellgate.conf >>var/wellgate.log 2>&1 &
gateway=$!
loader=
trap 'signalled=1; kill -TERM "$gateway" $loader 2>/dev/null || :' INT TERM
await_ready
load ways-to-wellness/load.py

w2w=$url/v1/programmes/ways-to-wellness
cat <<END || :
ready $url

# a referral, as the practice that made it
curl -s -H "Authorization: Bearer \$(cat var/tokens/referrer.jwt)" $w2w/referrals/wtw-001 | python3 -m json.tool

# what each payer owes for July to September 2016
curl -s -H "Authorization: Bearer \$(cat var/tokens/commissioner.jwt)" $w2w/contracts/main/statements/2016-Q3 | python3 -m json.tool

# what the investor sees
curl -s -H "Authorization: Bearer \$(cat var/tokens/investor.jwt)" $url/v1/bonds/ways-to-wellness/reports/2021-Q4 | python3 -m json.tool

# the same as pages, in a browser: each link signs in once, within the hour
commissioner  $(link commissioner)
investor      $(link investor)?return_to=/v1/bonds/ways-to-wellness/reports/2021-Q4
              (the bond's latest published report)

(Ctrl-C stops it; its log is var/wellgate.log. Four larger programmes are loaded now.)
END
for example in dudley rotherham exeter halton; do
    load load.py "$example"
done
cat <<END || :

# what Dudley's programme avoided; there are exeter, halton and rotherham too, and more reports: docs/reports.md
curl -s -H "Authorization: Bearer \$(cat var/tokens/dudley-ccg.jwt)" "$url/v1/programmes/dudley/reports/costAvoidance?where=STRAND%3DINTEGRATED_PLUS" | python3 -m json.tool

# its reports as pages
dudley-ccg    $(link dudley-ccg)
END
leave
