#pragma once

#include "adapters/api/call.hpp"

// The contract's operations (section 4), each answering its call, now or later. On the server's thread.
namespace simtrail::api {

void request_consent(const Desks& desks, Call call);
void retrieve_consent(const Desks& desks, Call call);
void revoke_consent(const Desks& desks, Call call);

void create_sim_track(const Desks& desks, Call call);
void list_sim_tracks(const Desks& desks, Call call);
void update_sim_track(const Desks& desks, Call call);
void delete_sim_track(const Desks& desks, Call call);

void status_by_id(const Desks& desks, Call call);
void status_by_name(const Desks& desks, Call call);
void status_by_msisdn(const Desks& desks, Call call);

void get_trace_data(const Desks& desks, Call call);
void stream_trace(const Desks& desks, Call call);

/// A feed whose body is whole already.
void feed_events(const Desks& desks, Call call);

}  // namespace simtrail::api
