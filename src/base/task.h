#pragma once
// A Task is a coroutine that may wait (for a disk, a database, a socket) without holding a thread. Whoever
// awaits it gets it back on its own executor: an implementation that finishes work elsewhere posts the
// completion back.
//
// For g++ 12: bind temporaries with destructors to named variables before a co_await expression that uses
// them.

#include <boost/asio/awaitable.hpp>

namespace sas {

template <class T>
using Task = boost::asio::awaitable<T>;

}  // namespace sas
