#include "app/signals.h"

#include <cerrno>
#include <csignal>
#include <ctime>

#include <sys/resource.h>
#include <unistd.h>

namespace weir {
namespace {

sigset_t waited_for() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&set, number);
  return set;
}

void end_now(int /*number*/) {
  ::_exit(1);
}

}  // namespace

SignalQueue::SignalQueue() {
  std::signal(SIGPIPE, SIG_IGN);
  const sigset_t set = waited_for();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

std::optional<Signal> SignalQueue::wait(Millis timeout) {
  const sigset_t set = waited_for();
  const timespec time{static_cast<time_t>(timeout.count() / 1000),
                      static_cast<long>(timeout.count() % 1000) * 1'000'000};
  const int number = ::sigtimedwait(&set, nullptr, &time);
  if (number < 0) return std::nullopt;  // EAGAIN: the time is over; EINTR: a debugger
  return number == SIGHUP ? Signal::kReload : Signal::kStop;
}

void SignalQueue::end_at_next_stop() {
  struct sigaction action {};
  action.sa_handler = end_now;
  sigset_t set;
  ::sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT}) {
    ::sigaction(number, &action, nullptr);
    ::sigaddset(&set, number);
  }
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

std::uint64_t raise_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  const rlim_t before = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : before;
}

}  // namespace weir
