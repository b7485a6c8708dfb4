"""The keys of a project of the INDIGO data standard, 4.1.0 (schema/project.json), by what is
known under each: the oracle for which keys there are, and what random documents are made of."""
TEXT, NUMBER, DATE = "text", "number", "date"  # under them value, status, source_ids and notes
PLAIN = "plain"  # ids, statuses, sources and notes of a row or section: text itself


def of(kind, keys):
    return dict.fromkeys(keys.split(), kind)


PROJECT = {
    **of(PLAIN, "status"),
    **of(TEXT, "name alternative_names stage_development social_investment_prototype "
          "changes_to_project_due_to_covid19 notes"),
    "dates": {
        **of(DATE, "outcomes_contract_signed contracts_between_all_parties_signed "
              "anticipated_completion_date actual_completion_date "
              "start_date_of_service_provision anticipated_end_date_of_service_provision "
              "actual_end_date_of_service_provision"),
        **of(NUMBER, "anticipated_duration_of_service_provision actual_duration_of_service_provision"),
        **of(PLAIN, "source_ids notes")},
    "jurisdiction": {
        **of(TEXT, "jurisdiction"),
        **of(PLAIN, "source_ids notes")},
    "overall_project_finance": {
        **of(TEXT, "maximum_potential_loss maximum_potential_return_type maximum_potential_return "
              "configuration_contracting_parties investor_repayment"),
        **of(PLAIN, "source_ids notes"),
        "total_investment_commitment": {
            **of(TEXT, "currency"),
            "amount": {
                **of(NUMBER, "min exact max")},
            "amount_usd": {
                **of(NUMBER, "min exact max")}},
        "maximum_potential_outcome_payment_v2": {
            **of(TEXT, "currency"),
            **of(NUMBER, "amount amount_usd")},
        "total_outcome_payments_made": {
            **of(TEXT, "currency"),
            **of(NUMBER, "amount amount_usd")}},
    "investment_details": {
        **of(PLAIN, "source_ids notes"),
        "total_funds_invested": {
            "latest": {
                **of(TEXT, "currency"),
                **of(NUMBER, "amount amount_usd"),
                **of(DATE, "date")}},
        "internal_rate_of_return": {
            **of(TEXT, "target latest"),
            **of(DATE, "date")}},
    "purpose_and_classifications": {
        **of(TEXT, "social_challenge intervention policy_sector primary_sdg_goal secondary_sdg_goals "
              "primary_sdg_target secondary_sdg_targets"),
        **of(PLAIN, "source_ids notes")},
    "service_and_beneficiaries": {
        **of(TEXT, "target_population unit_type_targeted_service_users_or_beneficiaries "
              "unit_description_of_service_user_or_beneficiaries "
              "unit_type_actual_service_users_or_beneficiaries "
              "unit_description_of_actual_service_user_or_beneficiaries"),
        **of(NUMBER, "targeted_number_service_users_or_beneficiaries_total "
              "actual_number_service_users_or_beneficiaries_total"),
        **of(PLAIN, "source_ids notes")},
    "outcome_funds": [{
        **of(PLAIN, "id source_ids notes status")}],
    "delivery_locations": [{
        **of(TEXT, "service_provision_id location_name location_postcode location_country "
              "adminstrative_geography_name adminstrative_geography_code_type "
              "adminstrative_geography_code"),
        **of(PLAIN, "source_ids notes status"),
        "lat_lng": {
            **of(NUMBER, "lat lng")}}],
    "sources": [{
        **of(PLAIN, "id notes status"),
        **of(TEXT, "name type publishing_organisation_ids url archive_url internal_url"),
        **of(DATE, "publication_date accessed_date")}],
    "service_provisions": [{
        **of(PLAIN, "id source_ids notes status"),
        **of(TEXT, "organisation_id organisation_role_category intervention"),
        "planned_service": {
            **of(DATE, "start_date end_date")},
        "actual_service": {
            **of(DATE, "start_date end_date")},
        "alterations": {
            **of(TEXT, "description reason")}}],
    "outcome_payment_commitments": [{
        **of(TEXT, "organisation_id organisation_role_category result_type"),
        **of(PLAIN, "source_ids notes status"),
        "maximum_potential_outcome_payment": {
            **of(TEXT, "currency"),
            **of(NUMBER, "amount amount_usd")},
        "period": {
            **of(DATE, "start_date end_date")},
        "total_outcome_payments": {
            **of(TEXT, "currency"),
            **of(NUMBER, "amount amount_usd")},
        "alterations": {
            **of(TEXT, "description reason")}}],
    "investments": [{
        **of(PLAIN, "id source_ids notes status"),
        **of(TEXT, "organisation_id organisation_role_category maximum_potential_loss "
              "maximum_potential_return_type investor_repayment investment_type"),
        **of(NUMBER, "maximum_potential_return"),
        "investment_commitment": {
            **of(TEXT, "currency"),
            "amount": {
                **of(NUMBER, "min exact max")},
            "amount_usd": {
                **of(NUMBER, "min exact max")}}}],
    "intermediary_services": [{
        **of(TEXT, "organisation_id organisation_role_category other_role_description"),
        **of(PLAIN, "source_ids notes status")}],
    "outcome_metrics": [{
        **of(PLAIN, "id source_ids notes status"),
        **of(TEXT, "definition target_population "
              "unit_type_of_targeted_service_users_or_beneficiaries "
              "unit_description_of_service_user_or_beneficiaries outcome_metric_target "
              "other_target_for_meeting_outcome_metric_target outcome_validation_method "
              "data_source_for_outcome_validation policy_sector primary_sdg_goal "
              "secondary_sdg_goals primary_sdg_target secondary_sdg_targets"),
        **of(NUMBER, "targeted_number_of_service_users_or_beneficiaries_total")}],
    "outcome_pricings": [{
        **of(TEXT, "outcome_metric_id currency contracted_increases_to_outcome_pricing "
              "price_description"),
        **of(PLAIN, "source_ids notes status"),
        "price_per_unit": {
            **of(NUMBER, "amount amount_usd")},
        "maximum_price_if_all_targets_achieved": {
            **of(NUMBER, "amount")}}],
    "transactions": [{
        **of(TEXT, "investment_id outcome_metric_id sending_organisation_id "
              "receiving_organisation_id transaction_type"),
        **of(DATE, "date"),
        **of(PLAIN, "source_ids notes status sandboxes"),
        "money": {
            **of(TEXT, "currency"),
            **of(NUMBER, "amount amount_usd")}}],
    "technical_assistances": [{
        **of(PLAIN, "id source_ids notes status"),
        **of(TEXT, "title description funding_organisation_id recipient_organisation_id currency"),
        **of(DATE, "period_start period_end")}],
    "technical_assistance_details": [{
        **of(TEXT, "technical_assistance_id title description category approach cost_type"),
        **of(NUMBER, "number_of_days"),
        **of(PLAIN, "source_ids notes status"),
        "cost_of_activities": {
            **of(NUMBER, "amount amount_usd")}}],
    "results": [{
        **of(TEXT, "outcome_metric_id result_level result_type outcomes_achieved "
              "other_description_of_result outcomes_validator_organisation_ids "
              "evaluation_documents_source_ids"),
        **of(NUMBER, "number_engaged_in_impact_bond number_with_positive_social_outcomes"),
        **of(PLAIN, "source_ids notes status sandboxes"),
        "period": {
            **of(DATE, "start_date end_date")}}],
    "open_contracting_datas": [{
        **of(PLAIN, "ocid source_ids notes status")}],
    "360giving_datas": [{
        **of(PLAIN, "grant_id source_ids notes status")}],
    "documents": [{
        **of(TEXT, "title url"),
        **of(PLAIN, "notes status")}],
    "outcome_payment_plans": [{
        **of(TEXT, "id"),
        **of(PLAIN, "status sandboxes source_ids notes"),
        "period": {
            **of(DATE, "start_date end_date")}}],
    "outcome_payments": [{
        **of(TEXT, "outcome_payment_plan_id outcome_metric_id payer_organisation_id "
              "recipient_organisation_id type"),
        **of(PLAIN, "status sandboxes source_ids notes"),
        "period": {
            **of(DATE, "start_date end_date")},
        "money": {
            **of(TEXT, "currency"),
            **of(NUMBER, "amount amount_usd")}}],
    "provider_side_cost": [{
        **of(DATE, "date"),
        **of(TEXT, "phase classification incurred_by type"),
        **of(NUMBER, "days"),
        **of(PLAIN, "status source_ids notes"),
        "payment": {
            **of(TEXT, "currency"),
            **of(NUMBER, "planned planned_usd actual actual_usd")}}],
    "outcome_payer_cost": [{
        **of(DATE, "date"),
        **of(TEXT, "phase classification incurred_by type"),
        **of(NUMBER, "days"),
        **of(PLAIN, "status source_ids notes"),
        "payment": {
            **of(TEXT, "currency"),
            **of(NUMBER, "planned planned_usd actual actual_usd")}}]}
