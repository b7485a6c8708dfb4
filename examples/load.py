"""Loads an example's caseload into a gateway, through its REST API alone.

    python3 load.py EXAMPLE http://127.0.0.1:8080 var/tokens

EXAMPLE is a folder beside this file, whose caseload.py says what is loaded. The folder of
tokens holds admin.jwt and EXAMPLE.jwt, that of the programme's own case system. A load that
was cut short is taken up again: what is there already is left as it is. The facts come last;
where the last of them is there, nothing is left to do.
"""
import http.client
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE / "common"))

from gateway import Crowd, Gateway, Unexpected, import_lines, lines_of, shower


class Load:
    """Of one example into one gateway, whose role "cases" is the case system."""

    def __init__(self, gateway, example):
        self.gateway, self.example = gateway, example
        self.path = "/v1/programmes/" + example.ID

    def is_done(self):
        return bool(self.gateway.get("cases", f"{self.path}/facts/{list(self.example.FACTS)[-1]}"))

    def run(self, records):
        """All of it, in order."""
        self.set_up()
        names = self.send_people(records.people)
        names |= self.send_people([{**carer, "carerOf": [names[key] for key in carer["carerOf"]]}
                                   for carer in records.carers])
        self.send_referrals(records, names)
        self.make_moves(records)
        for kind, rows in records.of_people.items():
            self.send(kind, f"people/-/{kind}", rows, parentSystem=records.SYSTEM)
        for kind, rows in records.of_referrals.items():
            self.send(kind, f"referrals/-/{kind}", rows)
        self.post_all("submit", [(f"referrals/{name}:submit", body) for name, body in records.onward])
        self.make_awards(records.awards)
        self.post_each("facts", [(f"facts?factId={id_}", fact) for id_, fact in self.example.FACTS.items()])
        self.gateway.progress(f"loaded with {self.gateway.requests:,} requests")

    # ---- Its parts -----------------------------------------------------------

    def set_up(self):
        """The programme and who takes part; then what is told once: instruments, services, costs."""
        gateway, example = self.gateway, self.example
        status, _ = gateway.expect("admin", "POST", "/v1/programmes?programmeId=" + example.ID,
                                   example.PROGRAMME, also=(409,))
        gateway.resumed = status == 409
        for id_, (title, kind, roles) in example.ORGANISATIONS.items():
            # Organisations belong to no programme: another example may have made it.
            gateway.expect("admin", "POST", f"/v1/organisations?organisationId={id_}",
                           {"title": title, "kind": kind}, also=(409,))
            gateway.post("admin", f"{self.path}/participants?participantId={id_}", {"roles": roles})
        self.post_each("settings", example.settings())

    def send_people(self, people):
        """{key: name}; names of people are the gateway's own."""
        if not people:
            return {}
        operation = self.send("people", "people", people, mode="UPSERT")
        keys = [person["externalIds"][0]["value"] for person in people]
        return {keys[line["line"] - 1]: line["name"]
                for line in lines_of(self.gateway, "cases", operation)}

    def send_referrals(self, records, names):
        self.send("referrals", "referrals", [
            {**referral, "person": names[referral["person"]]} for referral in records.referrals])

    def make_moves(self, records):
        for verb, moves in records.moves.items():
            self.post_all(verb, [(f"referrals/{referral}:{verb}", body) for referral, body in moves])

    def make_awards(self, awards):
        """Each offered, and as far as it came: accepted, delivered and paid."""
        for id_, body, verbs in awards:
            self.gateway.progress("awards")
            self.gateway.post("cases", f"{self.path}/awards?awardId={id_}", body)
            for verb, said in verbs.items():
                self.move_award(f"{self.path}/awards/{id_}", verb, said)

    def move_award(self, award, verb, said):
        if verb == "pay":
            self.gateway.get("cases", award)
            self.gateway.pay("cases", award + ":pay", said, If_Match=self.gateway.etag)
        else:
            self.gateway.post("cases", f"{award}:{verb}", said)

    # ---- How they are sent ---------------------------------------------------

    def send(self, what, path, rows, **query):
        """The operation as it ended."""
        self.gateway.progress(f"{len(rows):,} {what}")
        return import_lines(self.gateway, "cases", f"{self.path}/{path}:import", rows, **query)

    def post_each(self, what, requests):
        self.gateway.progress(what)
        for path, body in requests:
            self.gateway.post("cases", f"{self.path}/{path}", body)

    def post_all(self, what, requests):
        self.gateway.progress(f"{len(requests):,} {what}")
        with Crowd(self.gateway, "cases") as crowd:
            crowd.post([(f"{self.path}/{path}", body) for path, body in requests])


def main():
    if len(sys.argv) != 4:
        sys.exit(f"usage: {sys.argv[0]} EXAMPLE BASE_URL TOKENS_FOLDER")
    name, url, folder = sys.argv[1:]
    sys.path.append(str(HERE / name))
    import caseload
    tokens = {role: Path(folder, file + ".jwt").read_text().strip()
              for role, file in (("admin", "admin"), ("cases", name))}
    load = Load(Gateway(url, tokens, shower(name)), caseload)
    try:
        if load.is_done():
            print(f"{name}: loaded before")
        else:
            load.run(caseload.records())
    except Unexpected as answer:
        sys.exit(f"\n{name}: stopped at an unexpected answer\n{answer}")
    except KeyboardInterrupt:
        sys.exit(f"\n{name}: interrupted; the next run goes on from here")
    except (OSError, http.client.HTTPException) as error:
        sys.exit(f"\n{name}: the gateway does not answer: {error!r}")


if __name__ == "__main__":
    main()
