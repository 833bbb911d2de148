#!/bin/bash
# The runner of scenarios can fail: wrong expectations and wrong statements are "not ok", and say file and line.
set -u
cd "$(dirname "$0")/../.." || exit 1
runner=${BUILD:-build}/tests/scenario
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
count=0 failures=0

# told NAME: standard input is the story beneath a beginning that all share (its own first line is the 5th).
told() {
    { printf '# a test of the runner\nstart 2026-11-04T09:00:00Z\nincident L1 opened_as=OPN-BURG\n'
      printf '  entry 1 call_taker +1m HOUSE BROKEN INTO, WINDOW SMASHED, JEWELLERY STOLEN\n'; cat; } > "$dir/$1.scn"
}
result() {
    count=$((count + 1))
    if [ "$2" = 0 ]; then echo "ok $count - $1"; return; fi
    failures=$((failures + 1))
    echo "not ok $count - $1"
    sed 's/^/# /' "$dir/out"
}
# passes NAME; fails NAME LINE WORDS: what the runner must say of the story NAME.  Noted here and asked at the end, all stories at
# once: most of the runner's time is its start.
wanted=()
passes() { wanted+=("$1|ok|0|"); }
fails() { wanted+=("$1|not ok|$2|$3"); }
ask() {
    local want name word line words files=()
    for want in "${wanted[@]}"; do files+=("$dir/${want%%|*}.scn"); done
    "$runner" "${files[@]}" > "$dir/out" 2>&1
    result 'one story that fails makes the runner fail' $(($? != 1))
    for want in "${wanted[@]}"; do
        IFS='|' read -r name word line words <<< "$want"
        grep -qE "^$word [0-9]+ - $dir/$name.scn$" "$dir/out" && { [ "$word" = ok ] || grep -qF "# $dir/$name.scn:$line: $words" "$dir/out"; }
        result "$name is $word${words:+, and why}" $?
    done
    grep -q '^#       "incident": "L1"' "$dir/out"; result 'what failed shows the whole document' $?
    "$runner" "$dir/right.scn" > "$dir/out" 2>&1; result 'stories that hold make the runner succeed' $?
}

told right <<< 'expect L1 state=open marks=none due=1'
passes right
awk '/^```$/ { inside = !inside; next } inside' tests/README.md > "$dir/readme.scn"
passes readme

told wrong_value <<< 'expect L1 state=satisfied'
fails wrong_value 5 'expected state=satisfied, got open'
told wrong_beneath <<< $'expect L1\n\n  due=1\n  due=2'
fails wrong_beneath 8 'expected due=2, got 1'
told wrong_set <<< 'expect L1 marks=breached'
fails wrong_set 5 'expected marks=breached, got none'
told wrong_member <<< 'expect L1 likely~8N'
fails wrong_member 5 'expected likely~8N, got'
told wrong_absence <<< $'at +25h\nexpect L1 marks!breached'
fails wrong_absence 6 'expected marks!breached, got breached'
told wrong_time <<< 'expect L1 due_at=+23h'
fails wrong_time 5 'expected due_at=+23h, got 2026-11-05T09:00:00Z'
told wrong_stage <<< $'at +20h\nexpect L1 stage=notice'
fails wrong_stage 6 'expected stage=notice, got warning'
told no_such_report <<< 'expect L2 state=open'
fails no_such_report 5 'expected report 0 of L2, got none'
told a_report <<< 'expect-no-report L1'
fails a_report 5 'expected no report of L1'
told no_document <<< 'expect-document L1'
fails no_document 5 'expected report 0 of L1, got none'
told a_document <<< $'at +25h\nexpect-no-document L1'
fails a_document 6 'expected no document of L1'
told wrong_count <<< 'expect-documents 1'
fails wrong_count 5 'expected 1 documents, got 0'
told wrong_outcome <<< $'again\nexpect-outcome accepted'
fails wrong_outcome 6 'expected the last message to be accepted, got duplicate'
told wrong_complaint <<< $'incident L1 received_at=2026-99-99\nexpect-outcome rejected code=bad_time where=/event_at'
fails wrong_complaint 6 'expected where=/event_at, got /received_at'
told unexpected_refusal <<< 'incident L1 received_at=2026-99-99'
fails unexpected_refusal 5 'this message was rejected: bad_time at /received_at'

told no_such_key <<< 'expect L1 stat=open'
fails no_such_key 5 'a document has no stat'
told no_such_field <<< 'incident L1 opend_as=OPN-BURG'
fails no_such_field 5 'incidents have no field opend_as'
told no_such_statement <<< 'incidnet L1'
fails no_such_statement 5 'no such statement: incidnet'
told no_such_expectation <<< 'expect-nothing L1'
fails no_such_expectation 5 'no such statement: expect-nothing'
told no_pair <<< 'crime C1 class'
fails no_pair 5 'key=value is wanted here, not: class'
told no_time <<< 'incident L1 received_at=now+x'
fails no_time 5 'received_at holds a time, not: now+x'
told backwards <<< $'at +2h\nat +1h'
fails backwards 6 'at needs a time that is not earlier than now'
told twice_started <<< 'start 2026-11-04T09:00:00Z'
fails twice_started 5 'start is the first statement, once'
printf 'start 2026-11-04T09:00:00Z\n' > "$dir/no_rule.scn"
fails no_rule 1 'the first line must be a comment that names the rule'
printf '# a rule\nincident L1\n' > "$dir/no_start.scn"
fails no_start 2 'the first statement must be start'
fails no_file 0 'cannot be read'

ask
echo "1..$count"
[ "$failures" -eq 0 ]
