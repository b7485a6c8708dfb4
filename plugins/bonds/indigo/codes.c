/* codes.c - the words that the standard has for some fields, and what its ids refer to. */
#include "codes.h"

#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define CODES(...) (const char *const[]){__VA_ARGS__, NULL}
#define OF(message) &wellgate__bonds__v1__indigo_##message##__descriptor

static const struct {
    const ProtobufCMessageDescriptor *owner;
    const char *field;
    const char *const *codes;
} coded[] = {
    {OF(project), "stage_development",
     CODES("Contracted", "Implementation", "Service delivery complete", "Complete")},
    {OF(project), "social_investment_prototype", CODES("YES", "NO")},
    {OF(project), "changes_to_project_due_to_covid19",
     CODES("Pause project", "Continue on outcomes contract without variations",
           "Continue on outcomes contract with variations",
           "Switch to grant payments based on medium scenarios")},
    {OF(purpose), "policy_sector",
     CODES("Employment and training", "Child and family welfare", "Health", "Homelessness",
           "Education", "Criminal justice", "Agriculture and environment", "Poverty reduction")},
    {OF(beneficiaries), "unit_type_targeted_service_users_or_beneficiaries",
     CODES("Individual", "Other")},
    {OF(beneficiaries), "unit_type_actual_service_users_or_beneficiaries",
     CODES("Individual", "Other")},
    {OF(source), "type",
     CODES("Contract", "Report", "Award Notice", "Website", "News piece", "Press release",
           "Email correspondence", "Evaluation report")},
    {OF(service_provision), "organisation_role_category",
     CODES("Nonprofit/NGO", "Foundation/Philanthropist", "Government/Public Sector/Public Bank",
           "For-profit", "Other")},
    {OF(outcome_payment_commitment), "organisation_role_category",
     CODES("Nonprofit/NGO", "Foundation/Philanthropist", "Government/Public Sector/Public Bank",
           "Multilateral/Bilateral/Intergovernmental Financial Institution",
           "Corporate Giving", "Investment Fund", "Other")},
    {OF(outcome_payment_commitment), "result_type", CODES("Interim", "Overall")},
    {OF(investment), "organisation_role_category",
     CODES("Nonprofit/NGO", "Foundation/Philanthropist", "Government/Public Sector/Public Bank",
           "Multilateral/Bilateral/Intergovernmental Financial Institution",
           "Corporate Giving", "Investment Fund",
           "High Net Worth Individual/Family Office/Private Bank", "Impact Investor",
           "Commercial")},
    {OF(investment), "maximum_potential_return_type", CODES("IRR", "Average annual return")},
    {OF(investment), "investor_repayment",
     CODES("No repayment (no principle or return)",
           "Some repayment (but below value of principle)",
           "Principal repaid (but no net return)", "Principal + positive financial returns",
           "Not publicly available")},
    {OF(investment), "investment_type", CODES("Debt", "Equity", "Combination")},
    {OF(intermediary_service), "organisation_role_category",
     CODES("Impact bond design", "Financial and commercial modelling",
           "Impact bond investment structure", "Capital raise", "Loan arranger",
           "Performance management", "Legal counsel", "Technical assistance", "Other")},
    {OF(outcome_metric), "unit_type_of_targeted_service_users_or_beneficiaries",
     CODES("Individual", "Other")},
    {OF(transaction), "transaction_type",
     CODES("Debt", "Grant", "Equity", "Debt and Equity", "Interest Payment",
           "Capital Repayment", "Capital Repayment and Interest", "Outcome Payment", "Other")},
    {OF(technical_assistance_detail), "approach",
     CODES("SPO Board Seat (including Observers)", "Coaching and mentoring",
           "Trainings, Workshops and Boot Camps", "Conferences and Other External Events",
           "Access to Networks (External or Peers)",
           "Specific Expertise (One-to-One or Groups)", "Mentoring",
           "Informal Relationship Management and Ad Hoc Support", "Other Approach")},
    {OF(technical_assistance_detail), "cost_type",
     CODES("Purchased or spent", "In-kind", "Staff cost", "Other")},
    {OF(result), "result_level", CODES("Project level", "Outcome level")},
    {OF(result), "result_type", CODES("Interim", "Final")},
    {OF(outcome_payment), "type", CODES("Planned", "Actual")},
    {OF(cost), "phase",
     CODES("Development and design", "Contract set up and negotiation",
           "Operational and management")},
    {OF(cost), "type", CODES("Purchased or spent", "In-kind", "Staff cost", "Other")},
};

const char *const *
codes_of(const struct place *place)
{
    for (size_t i = 0; i < COUNT(coded); i++)
        if (coded[i].owner == place->in->message->descriptor &&
            strcmp(coded[i].field, place->field->name) == 0)
            return coded[i].codes;
    return NULL;
}

const char *const *
status_codes(const ProtobufCMessage *owner)
{
    static const char *const codes[] = {"SANDBOX", "PUBLIC", "PRIVATE", "DISPUTED", NULL};
    bool sandboxed =
        protobuf_c_message_descriptor_get_field_by_name(owner->descriptor, "sandboxes");

    return sandboxed ? codes : codes + 1;
}

bool
is_code(const char *const *codes, const char *text)
{
    for (; *codes; codes++)
        if (strcmp(*codes, text) == 0)
            return true;
    return false;
}

const char *
list_referred_to(const ProtobufCFieldDescriptor *field, bool *several)
{
    static const struct {
        const char *field, *list;
        bool several;
    } ids[] = {
        {"source_ids", "sources", true},
        {"evaluation_documents_source_ids", "sources", true},
        {"outcome_metric_id", "outcome_metrics", false},
        {"investment_id", "investments", false},
        {"outcome_payment_plan_id", "outcome_payment_plans", false},
        {"service_provision_id", "service_provisions", false},
        {"technical_assistance_id", "technical_assistances", false},
    };

    for (size_t i = 0; i < COUNT(ids); i++) {
        *several = ids[i].several;
        if (strcmp(ids[i].field, field->name) == 0)
            return ids[i].list;
    }
    return NULL;
}
