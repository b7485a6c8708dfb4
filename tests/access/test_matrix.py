"""The matrix of roles, cell by cell: role × method × relation, against matrix.csv; and role ×
field against fields.csv. A new method, or a new hidden field, fails here by name until it has
a row."""
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "faults")]

from cells import all_cells, judge, matrix, methods, ndjson, path_of, without_instance
from fields import judge_fields, resources
from harness import Gateway, run, test
from policy import hidden_fields
from world import ROLES, World, body_of, organisation


def none_wrong(wrong):
    assert not wrong, "\n".join([f"{len(wrong)} are wrong:", *wrong[:7]])


def add_rows_test(found):
    @test("every method has a row in the matrix, and every row a method")
    def _(*_):
        known, rows = {method.operation for method in found}, set(matrix())
        assert known == rows, (sorted(known - rows), sorted(rows - known))


def add_hidden_test(shown):
    @test("every field that not everybody sees has a row")
    def _(*_):
        rows = {f"{resource.kind}.{row['field']}" for resource in shown for row in resource.rows}
        assert hidden_fields() == rows, hidden_fields() ^ rows


def add_method_test(world, method):
    cells = all_cells(world, method)

    @test(f"{method.operation}: {len(cells)} cells")
    def _(*_):
        none_wrong(judge(world, cells))


def add_fields_test(world, resource):
    @test(f"{resource.collection}: {len(resource.rows)} fields that not everybody sees")
    def _(*_):
        none_wrong(judge_fields(world, resource))


def add_import_test(world, method):
    """Its parent left open, each line says its own."""
    parent = method.variables[-1]

    @test(f"{method.operation}: a line about another's record is refused, as one about none")
    def _(*_):
        at = world.at
        open_parent = {**at["own"], parent: "-"}
        lines = []
        for name in ("own", "other", "missing"):
            of = at.get(name) or {**at["own"], parent: "missing-0"}
            lines.append({**body_of(method.collection, at["own"]),
                          "parent": path_of(method, "PROVIDER", of)[4:].rpartition("/")[0]})
        path = path_of(method, "PROVIDER", open_parent) + "?operationId=open-" + method.collection.lower()
        operation = world.make("provider-own", "POST", path, ndjson(*lines),
                               Content_Type="application/x-ndjson")
        results = world.make("provider-own", "GET", f"/v1/{operation['name']}/results")["results"]
        said = {line["line"]: line for result in results for line in result["lines"]}
        assert said[1]["outcome"] == "CREATED" and said[2]["problem"] == "not-found", said
        assert {**said[2], "line": 3} == said[3], said


# Of all parents at once, each organisation of p is shown what it may know.
ACROSS = "/v1/programmes/p/referrals/-/onwardReferrals"
ALONE, ALL = ("own", "erased", "withheld"), ("own", "other", "ended", "erased", "withheld")
SHOWN_ACROSS = {"REFERRER": ALONE, "PROVIDER": ALONE, "SERVICE": ALONE, "COORDINATOR": ALL,
                "EVALUATOR": ("own", "other", "ended", "erased")}


def add_across_test(world):
    @test("onward referrals from all referrals at once: its own to each, or what it may know")
    def _(*_):
        for role in ROLES:
            answer = world.ask(organisation(role, "own"), "GET", ACROSS + "?pageSize=1000")
            if role in SHOWN_ACROSS:
                rows = answer.expect(200).json["onwardReferrals"]
                shown = {row["name"].rpartition("/")[2] for row in rows} & set(world.at)
                assert shown == set(SHOWN_ACROSS[role]), (role, shown)
            else:
                answer.expect(403)
            for kin in ("ended", "elsewhere"):
                world.ask(organisation(role, kin), "GET", ACROSS).expect(404)


# Role, collection under (own) what, the field, and what it names.
REFERENCES = (("REFERRER", "", "referrals", "person", "people/{person}"),
              ("PROVIDER", "", "awards", "person", "people/{person}"),
              ("PROVIDER", "", "awards", "referral", "referrals/{referral}"),
              ("PROVIDER", "/people/{person}", "assessments", "referral", "referrals/{referral}"))


def add_reference_tests(world):
    for role, under, collection, field, names in REFERENCES:
        @test(f"{collection}: another's {field} is refused as one that is not there")
        def _(*_, role=role, under=under, collection=collection, field=field, names=names):
            at, answers = world.at["own"], []
            absent = dict.fromkeys(("person", "referral"), "missing-0")
            for of in (world.at["other"], world.at["elsewhere"] | {"programme": "p"}, absent):
                body = {**body_of(collection, at),
                        field: "programmes/p/" + names.format(**of)}
                answer = world.ask(organisation(role, "own"), "POST", "/v1/programmes/p" +
                                   under.format(**at) + "/" + collection, body)
                assert set(answer.violations()) == {"/" + field}, answer
                answers.append(without_instance(answer))
            assert answers[0] == answers[1] == answers[2], answers


def add_tests(world, found):
    add_rows_test(found)
    add_across_test(world)
    add_reference_tests(world)
    for method in found:
        if method.row:
            add_method_test(world, method)
            if method.custom_verb == "import" and method.variables[-1] in ("person", "referral"):
                add_import_test(world, method)
    shown = resources(document_of(world.gateway))
    add_hidden_test(shown)
    for resource in shown:
        add_fields_test(world, resource)


def document_of(gateway):
    return gateway.client(None).get("/openapi.yaml").expect(200).body.decode()


if __name__ == "__main__":
    with Gateway() as gateway:
        world = World(gateway)
        world.add_tokens()
        world.build()
        add_tests(world, methods(document_of(gateway)))
        run(gateway)
