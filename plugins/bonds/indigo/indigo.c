/* indigo.c - a bond's project in the INDIGO shape, out and in. */
#include "indigo.h"

#include <string.h>

#include "audience.h"
#include "overlay.h"
#include "records.h"

typedef Wellgate__Bonds__V1__IndigoRecord IndigoRecord;
typedef Wellgate__Bonds__V1__ExportProjectRequest ExportProjectRequest;
typedef Wellgate__Bonds__V1__ImportProjectRequest ImportProjectRequest;

#define PUBLIC WELLGATE__BONDS__V1__EXPORT_PROJECT_REQUEST__AUDIENCE__PUBLIC

/* ---- What records are made of ---- */

Literal *
source_id(struct records *records, const char *name)
{
    return literal_new(records->arena, name);
}

bool
add_source(struct records *records, const char *name, const char *title, const char *type)
{
    Wellgate__Bonds__V1__IndigoSource *source =
        row_add(records->arena, records->project, "sources");

    if (!source)
        return false;
    source->id = literal_new(records->arena, name);
    source->name = text_new(records->arena, title);
    if (type)
        source->type = text_new(records->arena, type);
    return !records->arena->exhausted;
}

bool
add_bond_source(struct records *records)
{
    return records->project->n_sources ||
           add_source(records, records->bond->name, records->bond->title, NULL);
}

Wellgate__Bonds__V1__IndigoInvestmentDetails *
details_of(struct records *records)
{
    IndigoProject *project = records->project;

    if (!project->investment_details)
        project->investment_details = wg_new_message(
            records->arena, &wellgate__bonds__v1__indigo_investment_details__descriptor);
    return project->investment_details;
}

Wellgate__Bonds__V1__IndigoFinance *
finance_of(struct records *records)
{
    IndigoProject *project = records->project;

    if (!project->overall_project_finance)
        project->overall_project_finance =
            wg_new_message(records->arena, &wellgate__bonds__v1__indigo_finance__descriptor);
    return project->overall_project_finance;
}

static const struct wg_problem *
records_load(struct wg_call *call, const Bond *bond, struct records *records)
{
    struct wg_arena *arena = wg_call_arena(call);
    const struct wg_problem *problem;

    *records = (struct records){.call = call, .arena = arena, .bond = bond};
    records->project = wg_new_message(arena, &wellgate__bonds__v1__indigo_project__descriptor);
    if (!records->project)
        return no_memory(call);
    if ((problem = add_ledger(records)) || (problem = add_expected(records)) ||
        (problem = add_reported(records)) || (problem = add_costs(records)) ||
        (problem = add_contracts(records)))
        return problem;
    return arena->exhausted ? no_memory(call) : NULL;
}

/* What a bond says of itself: used where nothing was imported. */
static const struct wg_problem *
describe_bond(struct wg_call *call, const Bond *bond, IndigoProject *project)
{
    struct wg_arena *arena = wg_call_arena(call);
    Wellgate__Bonds__V1__IndigoIntermediaryService *vehicle =
        row_add(arena, project, "intermediary_services");

    project->name = text_new(arena, bond->title);
    project->dates = wg_new_message(arena, &wellgate__bonds__v1__indigo_dates__descriptor);
    if (!vehicle || !project->dates)
        return no_memory(call);
    project->dates->start_date_of_service_provision = date_new(arena, bond->start_date);
    project->dates->anticipated_completion_date = date_new(arena, bond->end_date);
    vehicle->organisation_id = text_new(arena, bond->vehicle);
    vehicle->organisation_role_category = text_new(arena, "Other");
    vehicle->other_role_description = text_new(arena, "Special purpose vehicle");
    return arena->exhausted ? no_memory(call) : NULL;
}

/* ---- What was imported ---- */

static char *
record_name(struct wg_call *call, const Bond *bond)
{
    return wg_format(wg_call_arena(call), "%s/indigoRecords/project", bond->name);
}

/* NULL where nothing was. */
static const struct wg_problem *
load_record(struct wg_call *call, const Bond *bond, IndigoRecord **imported)
{
    char *name = record_name(call, bond);
    const struct wg_problem *problem;
    struct wg_record record;

    *imported = NULL;
    if (!name)
        return no_memory(call);
    if ((problem = wg_load(call, name, &record)))
        return problem == &wg_not_found ? NULL : problem;
    *imported = (IndigoRecord *)record.message;
    return NULL;
}

/* ---- Out ---- */

static const struct wg_problem *
load_project(struct wg_call *call, const Bond *bond, IndigoProject **project)
{
    const struct wg_problem *problem;
    IndigoRecord *imported;

    if ((problem = load_record(call, bond, &imported)))
        return problem;
    if (imported && (*project = imported->project))
        return NULL;
    *project =
        wg_new_message(wg_call_arena(call), &wellgate__bonds__v1__indigo_project__descriptor);
    return *project ? describe_bond(call, bond, *project) : no_memory(call);
}

const struct wg_problem *
export_project(struct wg_call *call)
{
    const ExportProjectRequest *request = (const ExportProjectRequest *)wg_input(call);
    const struct wg_problem *problem;
    struct records records;
    IndigoProject *project;
    const Bond *bond;

    if ((problem = load_bond(call, request->name, &bond)) ||
        (problem = load_project(call, bond, &project)) ||
        (problem = records_load(call, bond, &records)))
        return problem;
    if (!overlay(records.arena, project, records.project))
        return no_memory(call);
    if (request->audience == PUBLIC)
        keep_public(project);
    wg_answer(call, &project->base);
    return NULL;
}

/* ---- In ---- */

static const struct wg_problem *
look_through(struct wg_call *call, const struct records *records, const IndigoProject *project,
             ImportProjectResponse *response)
{
    const struct findings findings = {records->arena, project, response};

    find_odd_values(&findings);
    find_odd_rows(&findings);
    find_totals(&findings);
    find_recorded(&findings, records->project);
    return records->arena->exhausted ? no_memory(call) : NULL;
}

static const struct wg_problem *
keep(struct wg_call *call, const Bond *bond, const ImportProjectRequest *request, char **name)
{
    IndigoRecord *record =
        wg_new_message(wg_call_arena(call), &wellgate__bonds__v1__indigo_record__descriptor);
    const struct wg_problem *problem;
    IndigoRecord *before;

    *name = record_name(call, bond);
    if (!record || !*name)
        return no_memory(call);
    record->name = *name;
    record->project = request->project;
    record->origin = request->origin;
    if ((problem = load_record(call, bond, &before)))
        return problem;
    return before ? wg_update(call, &record->base, "indigo_record.imported")
                  : wg_insert(call, &record->base, "indigo_record.imported");
}

const struct wg_problem *
import_project(struct wg_call *call)
{
    const ImportProjectRequest *request = (const ImportProjectRequest *)wg_input(call);
    ImportProjectResponse *response = wg_new_message(
        wg_call_arena(call), &wellgate__bonds__v1__import_project_response__descriptor);
    const struct wg_problem *problem;
    struct records records;
    const Bond *bond;

    if (!response)
        return no_memory(call);
    if ((problem = load_bond(call, request->name, &bond)) ||
        (problem = records_load(call, bond, &records)) ||
        (problem = look_through(call, &records, request->project, response)) ||
        (!request->validate_only && (problem = keep(call, bond, request, &response->record))))
        return problem;
    wg_answer(call, &response->base);
    return NULL;
}
