/* Floor: core.  Every closed list of words, each written once.  A word list gives an enum, a word for each value
 * (cdi_..._word) and the way back (cdi_..._from: false if the word is unknown, *out untouched). */
#ifndef CDIWATCH_VOCABULARY_H
#define CDIWATCH_VOCABULARY_H

#include <stdbool.h>
#include "cdiwatch/text.h"

#define CDI_CATEGORY_LIST(X) X(RAPE, RAPE) X(SEXUAL, SEXUAL) X(VAP, VAP) X(OTHER, OTHER)

/* Ruling R4; from VIOLENCE_OTHER on, the offence groups. */
#define CDI_FAMILY_LIST(X) \
    X(HOMICIDE, homicide) X(RAPE, rape) X(SEXUAL, sexual) X(ASSAULT_INJURY, assault_injury) X(ASSAULT, assault) \
    X(CONDUCT, conduct) X(COMMUNICATIONS, communications) X(THREATS, threats) X(VIOLENCE_OTHER, violence_other) \
    X(DRIVING, driving) X(ROBBERY, robbery) X(BURGLARY, burglary) X(THEFT, theft) X(VEHICLE, vehicle) X(DAMAGE, damage) \
    X(DRUGS, drugs) X(WEAPONS, weapons) X(PUBLIC_ORDER, public_order) X(MODERN_SLAVERY, modern_slavery) X(FRAUD, fraud) \
    X(SOCIETY, society) X(N100, n100)

#define CDI_FEED_LIST(X) X(INCIDENTS, incidents) X(CRIMES, crimes) X(ACTIONS, actions)
#define CDI_RECORD_KIND_LIST(X) X(INCIDENT, incident) X(CRIME, crime) X(ACTION, action) X(HEARTBEAT, heartbeat)

#define CDI_CALLER_ROLE_LIST(X) \
    X(UNKNOWN, unknown) X(VICTIM, victim) X(WITNESS, witness) X(PROFESSIONAL, professional) \
    X(PARENT_OR_CARER, parent_or_carer) X(OTHER, other)
#define CDI_QUALIFIER_LIST(X) \
    X(DOMESTIC, domestic) X(CHILD, child) X(VULNERABLE, vulnerable) X(ELDERLY, elderly) X(ALCOHOL, alcohol) X(DRUGS, drugs) \
    X(MENTAL_HEALTH, mental_health) X(HATE, hate) X(WEAPON, weapon) X(FIREARM, firearm) X(CYBER, cyber) X(REPEAT, repeat) \
    X(HONOUR, honour) X(MODERN_SLAVERY, modern_slavery) X(YOUTH, youth) X(LEARNING_DISABILITY, learning_disability)
#define CDI_ENTRY_ROLE_LIST(X) \
    X(UNKNOWN, unknown) X(CALL_TAKER, call_taker) X(DISPATCHER, dispatcher) X(OFFICER, officer) X(SUPERVISOR, supervisor) \
    X(SYSTEM, system)
#define CDI_PERSON_ROLE_LIST(X) \
    X(OTHER, other) X(VICTIM, victim) X(SUSPECT, suspect) X(CALLER, caller) X(WITNESS, witness)
#define CDI_AGE_BAND_LIST(X) \
    X(UNKNOWN, unknown) X(UNDER_10, under_10) X(UNDER_13, under_13) X(UNDER_16, under_16) X(UNDER_18, under_18) X(ADULT, adult)
#define CDI_CRIME_STATUS_LIST(X) \
    X(UNKNOWN, unknown) X(RECORDED, recorded) X(REQUESTED, requested) X(CANCELLED, cancelled) X(TRANSFERRED, transferred) \
    X(DEALT_WITH, dealt_with) X(NON_CRIME, non_crime)
#define CDI_CANCEL_TYPE_LIST(X) X(NONE, none) X(C1, C1) X(C2, C2) X(C3, C3) X(C4, C4) X(C5, C5)

#define CDI_REASON_LIST(X) \
    X(NONE, none) X(NCL, NCL) X(NEG, NEG) X(CRI_1A, CRI-1A) X(CRI_1B, CRI-1B) X(CRI_2, CRI-2) X(CRI_3, CRI-3) \
    X(N100_01, N100-01) X(N100_02, N100-02) X(N100_03, N100-03) X(N300, N300) X(DUP, DUP) \
    X(ADD_TO_EXISTING, ADD_TO_EXISTING) X(PART_OF_CRIME, PART_OF_CRIME) X(DEFER, DEFER) X(FRD_RF, FRD-RF) X(NSIR, NSIR)
/* Fields of a disposal, by their JSON names: what `missing` may name.  `reason` itself is a register of its own. */
#define CDI_DISPOSAL_FIELD_LIST(X) \
    X(RATIONALE, rationale) X(BY, by) X(BY_ROLE, by_role) X(DECIDED_AT, decided_at) X(ENDORSED_BY, endorsed_by) \
    X(ENDORSED_ROLE, endorsed_role) X(ENDORSED_AT, endorsed_at) X(VICTIM_TOLD_AT, victim_told_at) \
    X(VICTIM_CONTACT_AT, victim_contact_at) X(ENQUIRIES, enquiries) X(CRIME, crime) X(OTHER_FORCE, other_force) \
    X(OTHER_REFERENCE, other_reference) X(RULE, rule) X(ELEMENT, element) X(N100, n100) X(N300, n300) X(CATEGORY, category) \
    X(PARENT, parent)
/* Why a reason that lacks nothing does not clear all the same. */
#define CDI_REFUSAL_LIST(X) \
    X(NONE, none) X(NEVER, never) X(CALLER, caller) X(OTHERS_DUE, others_due) X(VICTIM_REACHED, victim_reached) \
    X(CONFIRMED, confirmed)
#define CDI_RATIONALE_LIST(X) X(ABSENT, absent) X(BOILERPLATE, boilerplate) X(GIVEN, given)

#define CDI_STATE_LIST(X) \
    X(OPEN, open) X(MATCHED_UNVERIFIED, matched_unverified) X(SATISFIED, satisfied) X(CLEARED, cleared) \
    X(INCOMPLETE_CLEAR, incomplete_clear) X(WITHDRAWN, withdrawn) X(SUPERSEDED, superseded) X(NOT_DISCLOSED, not_disclosed)
#define CDI_STAGE_LIST(X) X(NONE, none) X(NOTICE, notice) X(WARNING, warning) X(URGENT, urgent) X(BREACH, breach)
#define CDI_LIFECYCLE_LIST(X) X(NEW, new) X(ACKNOWLEDGED, acknowledged) X(CLEARED_UNSEEN, cleared_unseen) X(CLOSED, closed)
#define CDI_MARK_LIST(X) \
    X(BREACHED, breached) X(LATE, late) X(UNSURE, unsure) X(LATE_MESSAGE, late_message) X(UNENDORSED, unendorsed) \
    X(VICTIM_NOT_TOLD, victim_not_told) X(CLASS, class) X(DOUBTFUL_TIME, doubtful_time) X(TRUNCATED, truncated) \
    X(SELF_ENDORSED, self_endorsed) X(NO_AUTHORITY, no_authority) X(NOT_BY_REGISTRAR, not_by_registrar) \
    X(CANCELLED_NEAR_DEADLINE, cancelled_near_deadline) X(LATE_WITHOUT_RATIONALE, late_without_rationale) \
    X(LATE_WITHOUT_OVERSIGHT, late_without_oversight) X(REQUESTED, requested) X(PLACEHOLDER, placeholder) \
    X(RECODED, recoded) X(REOPENED, reopened) X(N100_CHECK, n100_check) X(N100_REVIEW, n100_review)
/* DOMAIN.md "Risk order", most severe first. */
#define CDI_RISK_LIST(X) \
    X(RAPE, rape) X(CHILD, child) X(DA_VIOLENCE, da_violence) X(STALKING, stalking) X(MODERN_SLAVERY, modern_slavery) \
    X(SEXUAL, sexual) X(VIOLENCE, violence) X(HATE, hate) X(ASB_PERSONAL, asb_personal) X(OTHER, other)
/* What may be there of a log for a watch to hold of it, or to end (watches.csv). */
#define CDI_SIGN_LIST(X) \
    X(LIKELY, likely) X(DOMESTIC, domestic) X(OPENED_DOMESTIC, opened_domestic) X(CHILD, child) X(VULNERABLE, vulnerable) \
    X(HATE, hate) X(ASB_PERSONAL, asb_personal) X(MODERN_SLAVERY, modern_slavery) X(REPEAT, repeat) \
    X(EARLIER_DOMESTIC, earlier_domestic) X(EARLIER_ASB_PERSONAL, earlier_asb_personal) X(N100, n100) \
    X(CLOSED, closed) X(APPOINTMENT, appointment) X(UNIT, unit) X(RECORDED, recorded) X(CLEARED, cleared) \
    X(ENDORSED, endorsed) X(DASH, dash) X(SAFEGUARDING, safeguarding) X(CHECKED, checked)
#define CDI_VERB_LIST(X) \
    X(ACKNOWLEDGE, acknowledge) X(ASSIGN, assign) X(NOTE, note) X(CLEAR, clear) X(ENDORSE, endorse) \
    X(CONFIRM_LINK, confirm_link) X(REJECT_LINK, reject_link) X(REOPEN, reopen) X(MARK, mark)
#define CDI_HOW_LIST(X) X(EXPLICIT, explicit) X(CONFIRMED, confirmed) X(SCORED, scored)

/* How a finding's phrase is meant, by the rules of codec/findings. */
#define CDI_ASSERTION_LIST(X) X(ASSERTED, asserted) X(NEGATED, negated) X(HEARSAY, hearsay)
/* Kinds of person token, in this order in cdi_person.tokens. */
#define CDI_TOKEN_LIST(X) X(NAME, name) X(PHONETIC, phonetic) X(BIRTH, birth) X(PHONE, phone) X(ID, id)

/* What an earlier log was by its own evidence, and who or what of it is the same as in a later one (core/history.h): both victim and
 * suspect, the victim, the suspect, or only the place. */
#define CDI_PAST_KIND_LIST(X) \
    X(VIOLENCE, violence) X(PERSONAL, personal) X(CONDUCT, conduct) X(DOMESTIC, domestic) X(ASB_PERSONAL, asb_personal) X(PARTNERS, partners)
#define CDI_PAST_KIN_LIST(X) X(PAIR, pair) X(VICTIM, victim) X(SUSPECT, suspect) X(PLACE, place)

/* What a log itself must tell before its history says anything of it (history.csv): that somebody is targeted, of force or a threat
 * against a person, that they are former partners, that it is domestic, or anti-social behaviour against a person. */
#define CDI_GROUND_LIST(X) \
    X(TARGETED, targeted) X(PERSONAL, personal) X(PARTNERS, partners) X(DOMESTIC, domestic) X(ASB_PERSONAL, asb_personal)

/* What became of a message: conservation counts these. */
#define CDI_OUTCOME_LIST(X) \
    X(ACCEPTED, accepted) X(DUPLICATE, duplicate) X(LATE, late) X(OUT_OF_SCOPE, out_of_scope) X(REJECTED, rejected)

#define CDI_VOCABULARY(X) \
    X(category, CATEGORY) X(family, FAMILY) X(feed, FEED) X(record_kind, RECORD_KIND) X(caller_role, CALLER_ROLE) \
    X(qualifier, QUALIFIER) X(entry_role, ENTRY_ROLE) X(person_role, PERSON_ROLE) X(age_band, AGE_BAND) \
    X(crime_status, CRIME_STATUS) X(cancel_type, CANCEL_TYPE) X(reason, REASON) X(disposal_field, DISPOSAL_FIELD) \
    X(refusal, REFUSAL) X(rationale, RATIONALE) X(state, STATE) X(stage, STAGE) X(lifecycle, LIFECYCLE) X(mark, MARK) X(risk, RISK) \
    X(sign, SIGN) X(verb, VERB) X(how, HOW) X(assertion, ASSERTION) X(token, TOKEN) \
    X(past_kind, PAST_KIND) X(past_kin, PAST_KIN) X(ground, GROUND) X(outcome, OUTCOME)

#define X(upper, word) CDI_CATEGORY_##upper,
enum cdi_category { CDI_CATEGORY_LIST(X) CDI_CATEGORY_COUNT };
#undef X
#define X(upper, word) CDI_FAMILY_##upper,
enum cdi_family { CDI_FAMILY_LIST(X) CDI_FAMILY_COUNT };
#undef X
#define X(upper, word) CDI_FEED_##upper,
enum cdi_feed { CDI_FEED_LIST(X) CDI_FEED_COUNT };
#undef X
#define X(upper, word) CDI_RECORD_KIND_##upper,
enum cdi_record_kind { CDI_RECORD_KIND_LIST(X) CDI_RECORD_KIND_COUNT };
#undef X
#define X(upper, word) CDI_CALLER_ROLE_##upper,
enum cdi_caller_role { CDI_CALLER_ROLE_LIST(X) CDI_CALLER_ROLE_COUNT };
#undef X
#define X(upper, word) CDI_QUALIFIER_##upper,
enum cdi_qualifier { CDI_QUALIFIER_LIST(X) CDI_QUALIFIER_COUNT };
#undef X
#define X(upper, word) CDI_ENTRY_ROLE_##upper,
enum cdi_entry_role { CDI_ENTRY_ROLE_LIST(X) CDI_ENTRY_ROLE_COUNT };
#undef X
#define X(upper, word) CDI_PERSON_ROLE_##upper,
enum cdi_person_role { CDI_PERSON_ROLE_LIST(X) CDI_PERSON_ROLE_COUNT };
#undef X
#define X(upper, word) CDI_AGE_BAND_##upper,
enum cdi_age_band { CDI_AGE_BAND_LIST(X) CDI_AGE_BAND_COUNT };
#undef X
#define X(upper, word) CDI_CRIME_STATUS_##upper,
enum cdi_crime_status { CDI_CRIME_STATUS_LIST(X) CDI_CRIME_STATUS_COUNT };
#undef X
#define X(upper, word) CDI_CANCEL_TYPE_##upper,
enum cdi_cancel_type { CDI_CANCEL_TYPE_LIST(X) CDI_CANCEL_TYPE_COUNT };
#undef X
#define X(upper, word) CDI_REASON_##upper,
enum cdi_reason { CDI_REASON_LIST(X) CDI_REASON_COUNT };
#undef X
#define X(upper, word) CDI_DISPOSAL_FIELD_##upper,
enum cdi_disposal_field { CDI_DISPOSAL_FIELD_LIST(X) CDI_DISPOSAL_FIELD_COUNT };
#undef X
#define X(upper, word) CDI_REFUSAL_##upper,
enum cdi_refusal { CDI_REFUSAL_LIST(X) CDI_REFUSAL_COUNT };
#undef X
#define X(upper, word) CDI_RATIONALE_##upper,
enum cdi_rationale { CDI_RATIONALE_LIST(X) CDI_RATIONALE_COUNT };
#undef X
#define X(upper, word) CDI_STATE_##upper,
enum cdi_state { CDI_STATE_LIST(X) CDI_STATE_COUNT };
#undef X
#define X(upper, word) CDI_STAGE_##upper,
enum cdi_stage { CDI_STAGE_LIST(X) CDI_STAGE_COUNT };
#undef X
#define X(upper, word) CDI_LIFECYCLE_##upper,
enum cdi_lifecycle { CDI_LIFECYCLE_LIST(X) CDI_LIFECYCLE_COUNT };
#undef X
#define X(upper, word) CDI_MARK_##upper,
enum cdi_mark { CDI_MARK_LIST(X) CDI_MARK_COUNT };
#undef X
#define X(upper, word) CDI_RISK_##upper,
enum cdi_risk { CDI_RISK_LIST(X) CDI_RISK_COUNT };
#undef X
#define X(upper, word) CDI_SIGN_##upper,
enum cdi_sign { CDI_SIGN_LIST(X) CDI_SIGN_COUNT };
#undef X
#define X(upper, word) CDI_VERB_##upper,
enum cdi_verb { CDI_VERB_LIST(X) CDI_VERB_COUNT };
#undef X
#define X(upper, word) CDI_HOW_##upper,
enum cdi_how { CDI_HOW_LIST(X) CDI_HOW_COUNT };
#undef X
#define X(upper, word) CDI_ASSERTION_##upper,
enum cdi_assertion { CDI_ASSERTION_LIST(X) CDI_ASSERTION_COUNT };
#undef X
#define X(upper, word) CDI_TOKEN_##upper,
enum cdi_token { CDI_TOKEN_LIST(X) CDI_TOKEN_COUNT };
#undef X
#define X(upper, word) CDI_PAST_KIND_##upper,
enum cdi_past_kind { CDI_PAST_KIND_LIST(X) CDI_PAST_KIND_COUNT };
#undef X
#define X(upper, word) CDI_PAST_KIN_##upper,
enum cdi_past_kin { CDI_PAST_KIN_LIST(X) CDI_PAST_KIN_COUNT };
#undef X
#define X(upper, word) CDI_GROUND_##upper,
enum cdi_ground { CDI_GROUND_LIST(X) CDI_GROUND_COUNT };
#undef X
#define X(upper, word) CDI_OUTCOME_##upper,
enum cdi_outcome { CDI_OUTCOME_LIST(X) CDI_OUTCOME_COUNT };
#undef X

#define X(lower, upper) \
    const char *cdi_##lower##_word(enum cdi_##lower value); \
    bool cdi_##lower##_from(struct cdi_text word, enum cdi_##lower *out);
CDI_VOCABULARY(X)
#undef X

#endif
