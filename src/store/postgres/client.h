#pragma once
// The names of the PostgreSQL client, which every file of this folder uses.

#include "postgres/connection.h"
#include "postgres/errors.h"
#include "postgres/pool.h"

namespace sas::store::postgres {

using sas::postgres::Command;
using sas::postgres::Connection;
using sas::postgres::constraint_of;
using sas::postgres::Parameters;
using sas::postgres::Pool;
using sas::postgres::Repeat;
using sas::postgres::Rows;
using sas::postgres::sqlstate_of;

}  // namespace sas::store::postgres
