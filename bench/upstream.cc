// The upstream of the comparisons: a fixed small answer over keep-alive, as fast as one thread can.
//
//   upstream [--listen 127.0.0.1:9100] [--delay-ms 0] [--body-bytes 100]
//
// Reads heads only: requests with a body are not for this program. Pipelined requests are answered in order.
#include <cstdio>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>

#include "socket_tools.h"

namespace {

using namespace weir::bench;

struct Options {
  std::string listen = "127.0.0.1:9100";
  long delay_ms = 0;
  std::size_t body_bytes = 100;
};

class Upstream {
 public:
  explicit Upstream(const Options& options)
      : answer_(make_answer(options.body_bytes)),
        delay_ns_(options.delay_ms * 1'000'000),
        listener_(listen_on(options.listen)) {
    watch(listener_, EPOLLIN);
    if (delay_ns_ > 0) watch(timer_ = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK), EPOLLIN);
  }

  [[noreturn]] void run() {
    for (;;) {
      epoll_event events[256];
      const int ready = epoll_wait(epoll_, events, 256, -1);
      for (int i = 0; i < ready; ++i) {
        const int fd = events[i].data.fd;
        if (fd == listener_)
          accept_all();
        else if (fd == timer_)
          answer_due();
        else if (!serve(fd))
          drop(fd);
      }
    }
  }

 private:
  struct Due {
    std::int64_t at_ns;
    int fd;
    std::uint64_t serial;  // of the connection: a descriptor is used again
  };
  struct Connection {
    std::string unread;  // the beginning of a head that is not complete
    std::uint64_t serial;
  };

  static std::string make_answer(std::size_t body_bytes) {
    std::string body = R"({"items":[1,2,3],"note":")";
    while (body.size() + 2 < body_bytes) body += 'x';
    body += "\"}";
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
  }

  void watch(int fd, std::uint32_t what) {
    epoll_event event{.events = what, .data = {.fd = fd}};
    epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  }

  void accept_all() {
    for (int fd; (fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
      set_no_delay(fd);
      connections_[fd] = {.unread = {}, .serial = ++serials_};
      watch(fd, EPOLLIN);
    }
  }

  void drop(int fd) {
    connections_.erase(fd);
    close(fd);
  }

  bool serve(int fd) {
    char buffer[16384];
    const ssize_t got = recv(fd, buffer, sizeof buffer, 0);
    if (got <= 0) return got < 0 && errno == EAGAIN;
    Connection& connection = connections_[fd];
    std::string_view bytes(buffer, static_cast<std::size_t>(got));
    if (!connection.unread.empty()) bytes = connection.unread.append(bytes);
    std::size_t heads = 0;
    std::size_t start = 0;
    for (std::size_t end; (end = bytes.find("\r\n\r\n", start)) != bytes.npos; start = end + 4) ++heads;
    connection.unread = std::string(bytes.substr(start));
    for (; heads > 0; --heads) {
      if (delay_ns_ > 0)
        answer_later({now_ns() + delay_ns_, fd, connection.serial});
      else if (!answer(fd))
        return false;
    }
    return true;
  }

  bool answer(int fd) {
    return send(fd, answer_.data(), answer_.size(), MSG_NOSIGNAL) == std::ssize(answer_);
  }

  // Every answer waits as long as every other: a queue in order of arrival is a queue in order of time.
  void answer_later(Due due) {
    due_.push_back(due);
    if (due_.size() == 1) arm();
  }

  void arm() {
    const std::int64_t at = due_.front().at_ns;
    const itimerspec when{.it_interval = {}, .it_value = {at / 1'000'000'000, at % 1'000'000'000}};
    timerfd_settime(timer_, TFD_TIMER_ABSTIME, &when, nullptr);
  }

  void answer_due() {
    std::uint64_t fired = 0;
    if (read(timer_, &fired, sizeof fired) < 0) return;
    for (const std::int64_t now = now_ns(); !due_.empty() && due_.front().at_ns <= now; due_.pop_front()) {
      const auto found = connections_.find(due_.front().fd);
      if (found == connections_.end() || found->second.serial != due_.front().serial) continue;
      if (!answer(found->first)) drop(found->first);
    }
    if (!due_.empty()) arm();
  }

  const std::string answer_;
  const std::int64_t delay_ns_;
  const int epoll_ = epoll_create1(0);
  const int listener_;
  int timer_ = -1;
  std::uint64_t serials_ = 0;
  std::unordered_map<int, Connection> connections_;
  std::deque<Due> due_;
};

}  // namespace

int main(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    if (name == "--listen")
      options.listen = argv[i + 1];
    else if (name == "--delay-ms")
      options.delay_ms = std::atol(argv[i + 1]);
    else if (name == "--body-bytes")
      options.body_bytes = std::strtoul(argv[i + 1], nullptr, 10);
    else
      die("unknown option " + std::string(name));
  }
  std::fprintf(stderr, "upstream on %s\n", options.listen.c_str());
  Upstream(options).run();
}
