#include "net/readiness.h"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace weir::net {
namespace {

constexpr std::uint32_t kReading = EPOLLIN | EPOLLRDHUP | EPOLLET;
constexpr std::uint32_t kWriting = EPOLLOUT;

bool control(int epoll, int operation, int fd, std::uint32_t events, Watched& watched) {
  epoll_event event{.events = events, .data = {.ptr = &watched}};
  return ::epoll_ctl(epoll, operation, fd, &event) == 0;
}

}  // namespace

Readiness::Readiness() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (!epoll_) throw std::system_error(errno, std::generic_category(), "epoll_create1");
}

bool Readiness::add(int fd, Watched& watched) {
  return control(epoll_.get(), EPOLL_CTL_ADD, fd, kReading, watched);
}

void Readiness::watch_writing(int fd, Watched& watched) {
  tell_again(fd, watched, true);
}

void Readiness::tell_again(int fd, Watched& watched, bool writing) {
  (void)control(epoll_.get(), EPOLL_CTL_MOD, fd, writing ? kReading | kWriting : kReading, watched);
}

void Readiness::remove(int fd, Watched& watched) {
  (void)control(epoll_.get(), EPOLL_CTL_DEL, fd, 0, watched);
  forget(watched);
}

void Readiness::forget(Watched& watched) {
  for (std::size_t i = next_; i < count_; ++i) {
    if (events_[i].data.ptr == &watched) events_[i].data.ptr = nullptr;
  }
}

std::size_t Readiness::dispatch() {
  const int ready = ::epoll_wait(epoll_.get(), events_.data(), static_cast<int>(kBatch), 0);
  count_ = static_cast<std::size_t>(std::max(ready, 0));
  for (next_ = 0; next_ < count_;) {
    const epoll_event event = events_[next_++];
    if (event.data.ptr != nullptr) static_cast<Watched*>(event.data.ptr)->on_ready(event.events);
  }
  next_ = 0;
  return std::exchange(count_, 0);
}

}  // namespace weir::net
