#pragma once

#include <variant>

#include "base/task.h"
#include "store/page.h"
#include "store/postgres/client.h"
#include "store/statement.h"

namespace sas::store::postgres {

[[nodiscard]] inline Command command_of(const store::Statement& statement) {
  Parameters parameters;
  for (const auto& value : statement.values())
    std::visit([&parameters](const auto& held) { parameters.add(held); }, value);
  return {statement.sql(), std::move(parameters)};
}

// The rows of one statement.
[[nodiscard]] inline Task<Result<Rows>> ask(Connection& connection, Command command) {
  std::vector<Command> commands;
  commands.push_back(std::move(command));
  auto running = connection.run(std::move(commands));
  auto answers = co_await std::move(running);
  if (!answers) co_return answers.error();
  co_return std::move(answers->front());
}

// All rows of `command`; `read` converts a row into an item.
template <class T, class Read>
[[nodiscard]] Task<Result<std::vector<T>>> ask_all(Connection& connection, Command command, Read read) {
  auto asking = ask(connection, std::move(command));
  const auto rows = co_await std::move(asking);
  if (!rows) co_return rows.error();
  std::vector<T> found;
  found.reserve(static_cast<std::size_t>(rows->size()));
  for (int i = 0; i < rows->size(); ++i) found.push_back(read(rows->row(i)));
  co_return std::move(found);
}

// Builds a page from the rows of `statement`; `read` converts a row into an item.
template <class T, class Read>
[[nodiscard]] Task<Result<Page<T>>> ask_page(Connection& connection, Command command,
                                             const PageRequest& request, Read read) {
  auto asking = ask(connection, std::move(command));
  const auto rows = co_await std::move(asking);
  if (!rows) co_return rows.error();
  Page<T> page;
  for (int i = 0; i < rows->size(); ++i)
    if (!store::add_row(page, request, read(rows->row(i)))) break;
  co_return std::move(page);
}

}  // namespace sas::store::postgres
