#pragma once

#include <optional>
#include <string>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include "domain/embedding.h"
#include "fixtures/http.h"

namespace sas::test {

// "[0.01,…]": the numbers as any client would write them.
[[nodiscard]] std::string vector_json(const Embedding& embedding);
[[nodiscard]] std::string enrolment_json(const std::string& code, const std::string& name,
                                         const Embedding& face);

// The new person's id; throws with the server's answer when it is refused.
std::string enrol(HttpClient& client, const std::string& code, const std::string& name,
                  const Embedding& face);
// The decision; throws likewise.
boost::json::value recognise(HttpClient& client, const Embedding& probe);

// Every attendance record, page by page.
[[nodiscard]] boost::json::array whole_log(HttpClient& client);

// The folder of an installed default pack, installed on first use; none where the model files were not
// fetched.
[[nodiscard]] std::optional<std::string> installed_models();
// A file of the demonstration clips; none where they were not fetched.
[[nodiscard]] std::optional<std::string> clip(const std::string& name);

}  // namespace sas::test
