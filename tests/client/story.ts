/*
 * story.ts - Ways to Wellness in small, by a client whose types are made from
 * openapi.yaml: three people, one quarter paid for, one bond reported.
 *
 * Each ts-expect-error is a test of its own: the compiler has to refuse that line.
 */
import createClient from "openapi-fetch";

import type { components, paths } from "./api.js";
import { done, equal, refused, test } from "./check.js";
import { tokens, url } from "./setting.js";

type Schemas = components["schemas"];

/* Not the rows and tables that Accept can ask for instead. */
type Media = "application/json" | "application/problem+json";

const client = (role: keyof typeof tokens) =>
  createClient<paths, Media>({ baseUrl: url, headers: { Authorization: `Bearer ${tokens[role]}` } });

const admin = client("admin");
const referrer = client("referrer");
const provider = client("provider");
const commissioner = client("commissioner");
const intermediary = client("intermediary");
const investor = client("investor");
const cabinetOffice = client("cabinet-office");

const PROGRAMME = { programme: "small" };
const CONTRACT = { ...PROGRAMME, contract: "main" };
const STATEMENT = { ...CONTRACT, statement: "2015-Q4" };
const REPORT = { bond: "small", report: "2016-Q1" };

const idOf = (name: string) => name.slice(name.lastIndexOf("/") + 1);
const pounds = (amount: string): Schemas["Money"] => ({ currency: "GBP", amount });
const AREAS = ["lifestyle", "self_care", "symptoms", "work_volunteering_activities",
  "money", "where_you_live", "family_friends", "feeling_positive"];

/* ---- Setting up ---- */

const ORGANISATIONS: [string, Schemas["OrganisationKind"], Schemas["RoleKind"][]][] = [
  ["north-gp", "GP_PRACTICE", ["REFERRER"]],
  ["first-contact", "LINK_WORKER_PROVIDER", ["PROVIDER"]],
  ["newcastle-ccg", "ICB", ["COMMISSIONER"]],
  ["cabinet-office", "NATIONAL_FUNDER", []],
  ["wellness-vehicle", "SPV", ["INTERMEDIARY"]],
  ["social-fund", "INVESTOR", []],
];

await test("a programme and its organisations are set up", async () => {
  await done(admin.POST("/v1/programmes", {
    params: { query: { programmeId: "small" } },
    body: { title: "Small", startDate: "2015-04-01" },
  }));
  for (const [id, kind, roles] of ORGANISATIONS) {
    const made = await done(admin.POST("/v1/organisations", {
      params: { query: { organisationId: id } }, body: { title: id, kind },
    }));
    equal(made.name, `organisations/${id}`);
    if (roles.length > 0)
      await done(admin.POST("/v1/programmes/{programme}/participants", {
        params: { path: PROGRAMME, query: { participantId: id } }, body: { roles },
      }));
  }
  const listed = await done(admin.GET("/v1/programmes/{programme}/participants", {
    params: { path: PROGRAMME, query: { pageSize: 10 } },
  }));
  equal(listed.participants?.length, 4);
});

const TERMS: Schemas["VersionInput"] = {
  effectiveDate: "2015-04-01",
  rules: [{
    id: "outcome-a",
    title: "Well-being improves",
    scoreChangeCohort: {
      instrument: "instruments/well-being-star", score: "sum",
      direction: "INCREASE", cohort: "TO_DATE", minDaysApart: 150, minN: 2,
    },
    shareOfBudget: {
      potPerQuarter: pounds("25000.00"),
      performance: { points: [{ at: "0.5", share: "0" }, { at: "1.4", share: "1" }] },
    },
    payerSplits: [{ fromDate: "2015-04-01", shares: [
      { payer: "organisations/newcastle-ccg", share: "0.30" },
      { payer: "organisations/cabinet-office", share: "0.70" },
    ] }],
  }],
};

await test("a contract and its terms are recorded", async () => {
  const contract = await done(commissioner.POST("/v1/programmes/{programme}/contracts", {
    params: { path: PROGRAMME, query: { contractId: "main" } },
    body: {
      title: "Outcomes contract", currency: "GBP", payee: "organisations/wellness-vehicle",
      payers: ["organisations/newcastle-ccg", "organisations/cabinet-office"],
      payerTerms: [
        { payer: "organisations/newcastle-ccg", purchaseOrder: "CCG-1" },
        { payer: "organisations/cabinet-office", purchaseOrder: "CO-1" },
      ],
      startDate: "2015-04-01", endDate: "2022-03-31",
    },
  }));
  equal(contract.lastVersion, undefined);
  const version = await done(commissioner.POST(
    "/v1/programmes/{programme}/contracts/{contract}/versions",
    { params: { path: CONTRACT, query: { versionId: "v1" } }, body: TERMS }));
  equal(version.rules[0]?.scoreChangeCohort?.minN, 2);
  for (const party of [commissioner, cabinetOffice, intermediary])
    await done(party.POST(
      "/v1/programmes/{programme}/contracts/{contract}/versions/{version}:accept",
      { params: { path: { ...CONTRACT, version: "v1" } },
        body: { termsHash: version.termsHash ?? "" } }));
});

/* ---- People, referrals, readings ---- */

/* The ids of a new person and of a referral that was sent. */
async function refer(): Promise<{ person: string; referral: string }> {
  const person = await done(referrer.POST("/v1/programmes/{programme}/people", {
    params: { path: PROGRAMME },
    body: { ageBand: "55-59", sex: "FEMALE", practice: "organisations/north-gp" },
  }));
  const referral = await done(referrer.POST("/v1/programmes/{programme}/referrals", {
    params: { path: PROGRAMME, header: { "Idempotency-Key": `refer-${idOf(person.name)}` } },
    body: {
      person: person.name, provider: "organisations/first-contact",
      reasons: ["ISOLATION"], referredDate: "2015-04-20",
    },
  }));
  equal(referral.state, "DRAFT");
  return { person: idOf(person.name), referral: idOf(referral.name) };
}

async function start(referral: string): Promise<void> {
  const params = { path: { ...PROGRAMME, referral } };
  const sent = await done(referrer.POST(
    "/v1/programmes/{programme}/referrals/{referral}:submit",
    { params, body: { date: "2015-04-20" } }));
  equal(sent.state, "REQUESTED");
  await done(provider.POST("/v1/programmes/{programme}/referrals/{referral}:accept",
    { params, body: { date: "2015-04-27" } }));
  const started = await done(provider.POST(
    "/v1/programmes/{programme}/referrals/{referral}:start",
    { params, body: { date: "2015-05-05" } }));
  equal(started.moves?.map((move) => move.state), ["REQUESTED", "ACCEPTED", "IN_PROGRESS"]);
}

/* All areas at 2, but for so many at 3. */
async function read(person: string, assessedDate: string, better: number): Promise<void> {
  const reading = await done(provider.POST(
    "/v1/programmes/{programme}/people/{person}/assessments", {
      params: { path: { ...PROGRAMME, person } },
      body: {
        instrument: "instruments/well-being-star", assessedDate,
        answers: AREAS.map((item, place) => ({ item, value: place < better ? 3 : 2 })),
      },
    }));
  equal(reading.scores?.[0], { key: "sum", value: String(16 + better) });
}

await test("people are referred, accepted and read twice, but for one", async () => {
  for (const gain of [2, 0, null]) {
    const { person, referral } = await refer();
    await start(referral);
    await read(person, "2015-05-12", 0);
    if (gain !== null) await read(person, "2015-11-12", gain);
  }
  const { referrals = [], nextPageToken } = await done(provider.GET(
    "/v1/programmes/{programme}/referrals", { params: { path: PROGRAMME } }));
  equal(referrals.map((referral) => referral.state), Array(3).fill("IN_PROGRESS"));
  equal(nextPageToken, undefined);
});

/* ---- What is due: the mean gain is 1, so (1 - 0.5) / 0.9 = 5/9 of 25,000 ---- */

await test("a quarter is calculated and issued, to the penny", async () => {
  const params = { path: STATEMENT };
  const { data: draft, response } = await commissioner.POST(
    "/v1/programmes/{programme}/contracts/{contract}/statements/{statement}:calculate",
    { params, body: {} });
  equal([draft?.state, draft?.issueTime], ["DRAFT", undefined]);
  const header = {
    "If-Match": response.headers.get("ETag") ?? "", "Idempotency-Key": "issue-2015-Q4",
  };
  await done(intermediary.POST(
    "/v1/programmes/{programme}/contracts/{contract}/statements/{statement}:issue",
    { params: { ...params, header } }));
  const issued = await done(commissioner.GET(
    "/v1/programmes/{programme}/contracts/{contract}/statements/{statement}", { params }));
  equal([issued.state, issued.financialPeriod], ["ISSUED", "Q3 2015/16"]);
  equal(issued.total, pounds("13888.89"));
  const parts = new Map(issued.payers?.map(({ payer, amount }) => [payer, amount.amount]));
  equal(parts.get("organisations/newcastle-ccg"), "4166.67");
  equal(parts.get("organisations/cabinet-office"), "9722.22");
});

await test("its lines add up, and one explains itself down to the readings", async () => {
  const { lines = [] } = await done(commissioner.GET(
    "/v1/programmes/{programme}/contracts/{contract}/statements/{statement}/lines",
    { params: { path: STATEMENT } }));
  const line = lines.find(({ kind }) => kind === "PERIOD");
  if (!line) throw new Error("no line of the period");
  equal([line.amount, line.reason], [pounds("13888.89"), "PAID"]);
  equal([line.derivation.paired, line.derivation.withBaseline], [2, 3]);
  equal([line.derivation.meanGain, line.derivation.share], ["1", "5/9"]);
  const explained = await done(commissioner.GET(
    "/v1/programmes/{programme}/contracts/{contract}/statements/{statement}/lines/{line}:explain",
    { params: { path: { ...STATEMENT, line: idOf(line.name) } } }));
  equal([explained.line, explained.amount], [line.name, line.amount]);
  equal(explained.units?.map(({ gain, reason }) => [gain ?? "", reason]).sort(),
    [["", "NO_FOLLOW_UP"], ["0", "COUNTED"], ["2", "COUNTED"]]);
  equal(explained.units?.map(({ baseline }) => baseline?.value), ["16", "16", "16"]);
});

/* ---- The bond: 1,000 for 365 days at a tenth ---- */

await test("a bond has its flows recorded", async () => {
  const path = { bond: "small" };
  await done(admin.POST("/v1/bonds", {
    params: { query: { bondId: "small" } },
    body: {
      title: "Small", currency: "GBP", vehicle: "organisations/wellness-vehicle",
      contracts: ["programmes/small/contracts/main"],
      startDate: "2015-04-01", endDate: "2022-03-31",
    },
  }));
  const { name: commitment } = await done(intermediary.POST("/v1/bonds/{bond}/commitments", {
    params: { path },
    body: { investor: "organisations/social-fund", amount: pounds("5000.00"), date: "2015-04-01" },
  }));
  await done(intermediary.POST("/v1/bonds/{bond}/drawdowns", {
    params: { path, header: { "Idempotency-Key": "drawn-1" } },
    body: { commitment, amount: pounds("1000.00"), date: "2015-04-01" },
  }));
  const paid = await done(intermediary.POST("/v1/bonds/{bond}/distributions", {
    params: { path, header: { "Idempotency-Key": "paid-1" } },
    body: {
      commitment, date: "2016-03-31", principal: pounds("1000.00"), interest: pounds("100.00"),
    },
  }));
  equal(paid.surplus, undefined);
});

await test("its report is published, and the investor reads it", async () => {
  const params = { path: REPORT };
  await done(intermediary.POST("/v1/bonds/{bond}/reports/{report}:calculate", { params, body: {} }));
  equal((await refused(investor.GET("/v1/bonds/{bond}/reports/{report}", { params }))).status, 404);
  await done(intermediary.POST("/v1/bonds/{bond}/reports/{report}:publish", { params, body: {} }));
  const report = await done(investor.GET("/v1/bonds/{bond}/reports/{report}", { params }));
  equal([report.state, report.contentHash?.length], ["PUBLISHED", 64]);
  equal([report.dpi.value, report.irr.value, report.called.value], ["1.1000", "0.1000", "0.2000"]);
  equal(report.capitalAccount.undrawn, pounds("4000.00"));
  equal(report.capitalAccount.outstanding, pounds("0.00"));
  equal(report.outcomeIncomeTotal, pounds("13888.89"));
  equal(report.outcomeIncome?.length, 2);
});

/* ---- What clients meet besides ---- */

await test("what has not changed is not sent again", async () => {
  const params = { path: STATEMENT };
  const path = "/v1/programmes/{programme}/contracts/{contract}/statements/{statement}";
  const { response } = await commissioner.GET(path, { params });
  const tag = response.headers.get("ETag") ?? "";
  const again = await commissioner.GET(path,
    { params: { ...params, header: { "If-None-Match": tag } } });
  equal([again.response.status, again.data], [304, undefined]);
});

await test("a refusal is a problem that names each field", async () => {
  const problem = await refused(referrer.POST("/v1/programmes/{programme}/people", {
    params: { path: PROGRAMME, header: { "X-Request-Id": "story-1" } },
    body: { ageBand: "middle", practice: "organisations/none" },
  }));
  equal([problem.status, problem.code], [422, "INVALID_ARGUMENT"]);
  equal(problem.errors?.map(({ pointer, code }) => [pointer, code]), [["/ageBand", "PATTERN"]]);
  equal(problem.instance, "urn:wellgate:request:story-1");
});

await test("what goes with If-Match is deleted as it was seen", async () => {
  const path = { ...PROGRAMME, organisation: "first-contact" };
  const { response } = await admin.GET(
    "/v1/programmes/{programme}/participants/{organisation}", { params: { path } });
  const stale = await refused(admin.DELETE(
    "/v1/programmes/{programme}/participants/{organisation}",
    { params: { path, header: { "If-Match": '"1"' } } }));
  equal(stale.status, 412);
  const ended = await done(admin.DELETE("/v1/programmes/{programme}/participants/{organisation}",
    { params: { path, header: { "If-Match": response.headers.get("ETag") ?? "" } } }));
  equal(ended.roles, ["PROVIDER"]);
});

/* ---- What the types refuse ---- */

export const refusedByTypes = [
  // @ts-expect-error a title is owed
  () => admin.POST("/v1/organisations", { body: { kind: "ICB" } }),
  // @ts-expect-error no such kind
  () => admin.POST("/v1/organisations", { body: { title: "x", kind: "SHOP" } }),
  // @ts-expect-error no such member
  () => admin.POST("/v1/organisations", { body: { title: "x", kind: "ICB", colour: "red" } }),
  // @ts-expect-error names are the server's to give
  () => admin.POST("/v1/organisations", { body: { title: "x", kind: "ICB", name: "y" } }),
  () => admin.DELETE("/v1/programmes/{programme}/participants/{organisation}", {
    // @ts-expect-error If-Match is owed
    params: { path: { ...PROGRAMME, organisation: "north-gp" } },
  }),
  () => admin.POST("/v1/programmes/{programme}/participants", {
    // @ts-expect-error the participant's id is owed
    params: { path: PROGRAMME },
    body: { roles: ["REFERRER"] },
  }),
  // @ts-expect-error no such operation
  () => admin.PUT("/v1/programmes", { body: { title: "x" } }),
  () => intermediary.POST("/v1/bonds/{bond}/reports/{report}:publish", {
    params: { path: REPORT },
    // @ts-expect-error publishing takes nothing more
    body: { date: "2015-04-01" },
  }),
];
