#pragma once
// A Task is a coroutine that may wait (for a disk, a database, a socket) without blocking a thread. The
// awaiting coroutine resumes on its own executor: an implementation that completes work elsewhere posts the
// completion back.
//
// For g++ 12: bind temporaries with destructors to named variables before a co_await expression that uses
// them.

#include <boost/asio/awaitable.hpp>

namespace sas {

template <class T>
using Task = boost::asio::awaitable<T>;

}  // namespace sas
