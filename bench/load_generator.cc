// Closed-loop HTTP/1.1 load: N kept-alive connections, each sends its next request when the last is answered.
//
//   load_generator --target 127.0.0.1:8080 [--connections 64] [--seconds 10] [--warmup 1] [--requests 0]
//                  [--path /] [--host NAME] [--header "Name: value"]… [--request-ids PREFIX --answers FILE]
//                  [--stop-on-failure]
//
// Prints one JSON object: what was answered after the warm-up, by status, with latency quantiles. With
// --requests, ends after so many answers, warm-up or not. With --request-ids every request carries its own
// X-Request-Id, and --answers lists "id status" of every answer that was read whole. Answers are framed by
// Content-Length; 1xx is not expected.
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <strings.h>
#include <sys/epoll.h>

#include "latency_histogram.h"
#include "socket_tools.h"

namespace {

using namespace weir::bench;

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kReconnectAfter = 10'000'000;

struct Options {
  std::string target = "127.0.0.1:8080";
  int connections = 64;
  double seconds = 10;
  double warmup = 1;
  std::uint64_t requests = 0;  // 0: until the time is over
  std::string path = "/";
  std::string host;
  std::string headers;
  std::string request_ids;
  std::string answers_file;
  bool stop_on_failure = false;
};

Options parse_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--stop-on-failure") {
      options.stop_on_failure = true;
      continue;
    }
    if (i + 1 == argc) die(std::string(name) + " needs a value");
    const char* value = argv[++i];
    if (name == "--target")
      options.target = value;
    else if (name == "--connections")
      options.connections = std::atoi(value);
    else if (name == "--seconds")
      options.seconds = std::atof(value);
    else if (name == "--warmup")
      options.warmup = std::atof(value);
    else if (name == "--requests")
      options.requests = std::strtoull(value, nullptr, 10);
    else if (name == "--path")
      options.path = value;
    else if (name == "--host")
      options.host = value;
    else if (name == "--header")
      options.headers.append(value).append("\r\n");
    else if (name == "--request-ids")
      options.request_ids = value;
    else if (name == "--answers")
      options.answers_file = value;
    else
      die("unknown option " + std::string(name));
  }
  return options;
}

struct Connection {
  int fd = -1;
  bool connecting = false;
  std::int64_t sent_at = 0;
  std::int64_t retry_at = 0;
  std::uint64_t request = 0;  // its number
  std::string unread;
};

class Load {
 public:
  explicit Load(const Options& options)
      : options_(options),
        target_(parse_address(options.target)),
        connections_(static_cast<std::size_t>(options.connections)) {
    head_ = "GET " + options.path +
            " HTTP/1.1\r\nHost: " + (options.host.empty() ? options.target : options.host) + "\r\n" +
            options.headers;
    if (!options.answers_file.empty() &&
        (answers_ = std::fopen(options.answers_file.c_str(), "w")) == nullptr) {
      die("cannot write " + options.answers_file);
    }
  }

  void run() {
    const std::int64_t start = now_ns();
    measure_from_ = start + static_cast<std::int64_t>(options_.warmup * kSecond);
    const std::int64_t end = measure_from_ + static_cast<std::int64_t>(options_.seconds * kSecond);
    for (std::size_t i = 0; i < connections_.size(); ++i) open(i);
    for (now_ = now_ns(); now_ < end && !done(); now_ = now_ns()) {
      epoll_event events[256];
      const int ready = epoll_wait(epoll_, events, 256, 10);
      now_ = now_ns();
      for (int i = 0; i < ready; ++i) on_event(events[i].data.u32, events[i].events);
      if (waiting_ > 0) reopen();
    }
    const std::int64_t measured = now_ - (options_.requests > 0 ? start : measure_from_);
    report(static_cast<double>(measured) / kSecond);
  }

 private:
  [[nodiscard]] bool done() const {
    return (options_.requests > 0 && answered_ + lost_ >= options_.requests) ||
           (options_.stop_on_failure && failures_ > 0);
  }

  void open(std::size_t index) {
    Connection& connection = connections_[index];
    connection = {};
    connection.fd = connect_to(target_);
    if (connection.fd < 0) return fail(index);
    connection.connecting = true;
    epoll_event event{.events = EPOLLIN | EPOLLOUT, .data = {.u32 = static_cast<std::uint32_t>(index)}};
    epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.fd, &event);
  }

  void reopen() {
    for (std::size_t i = 0; i < connections_.size(); ++i) {
      if (connections_[i].fd >= 0 || connections_[i].retry_at > now_) continue;
      --waiting_;
      open(i);
    }
  }

  void fail(std::size_t index) {
    ++failures_;
    if (connections_[index].sent_at != 0) ++lost_;
    retire(index);
  }

  void retire(std::size_t index) {
    Connection& connection = connections_[index];
    if (connection.fd >= 0) close(connection.fd);
    connection.fd = -1;
    connection.retry_at = now_ + kReconnectAfter;
    ++waiting_;
  }

  void on_event(std::uint32_t index, std::uint32_t events) {
    Connection& connection = connections_[index];
    if (connection.fd < 0) return;
    if (connection.connecting) {
      if ((events & (EPOLLERR | EPOLLHUP)) != 0) return fail(index);
      connection.connecting = false;
      epoll_event event{.events = EPOLLIN, .data = {.u32 = index}};
      epoll_ctl(epoll_, EPOLL_CTL_MOD, connection.fd, &event);
      return send_next(index);
    }
    char buffer[16384];
    const ssize_t got = recv(connection.fd, buffer, sizeof buffer, 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) return fail(index);
    connection.unread.append(buffer, static_cast<std::size_t>(got));
    read_answer(index);
  }

  void send_next(std::size_t index) {
    if (options_.requests > 0 && started_ >= options_.requests) return;  // the others are on their way
    Connection& connection = connections_[index];
    connection.request = ++started_;
    std::string request = head_;
    if (!options_.request_ids.empty()) {
      request += "X-Request-Id: " + options_.request_ids + std::to_string(connection.request) + "\r\n";
    }
    request += "\r\n";
    connection.sent_at = now_ns();
    if (send(connection.fd, request.data(), request.size(), MSG_NOSIGNAL) != std::ssize(request)) fail(index);
  }

  void read_answer(std::size_t index) {
    Connection& connection = connections_[index];
    const std::size_t head_end = connection.unread.find("\r\n\r\n");
    if (head_end == std::string::npos) return;
    const std::string_view head = std::string_view(connection.unread).substr(0, head_end + 2);
    const int status = head.size() > 12 ? std::atoi(head.data() + 9) : 0;
    const std::string_view length = header(head, "content-length");
    const std::size_t body = length.empty() ? 0 : std::strtoull(length.data(), nullptr, 10);
    if (length.empty() && status != 204 && status != 304)
      die("an answer without Content-Length: " + std::string(head));
    if (connection.unread.size() < head_end + 4 + body) return;
    const bool closes = header(head, "connection") == "close";
    count(connection, status);
    connection.unread.clear();
    connection.sent_at = 0;
    if (closes)
      retire(index);
    else
      send_next(index);
  }

  void count(const Connection& connection, int status) {
    ++answered_;
    if (answers_ != nullptr) {
      std::fprintf(answers_, "%s%llu %d\n", options_.request_ids.c_str(),
                   static_cast<unsigned long long>(connection.request), status);
    }
    if (options_.requests == 0 && now_ < measure_from_) return;
    ++statuses_[status];
    latencies_.add(now_ns() - connection.sent_at);
  }

  static std::string_view header(std::string_view head, std::string_view name) {
    for (std::size_t at = head.find("\r\n"); at + 2 < head.size(); at = head.find("\r\n", at + 2)) {
      const std::string_view line = head.substr(at + 2, head.find("\r\n", at + 2) - at - 2);
      if (line.size() <= name.size() || line[name.size()] != ':') continue;
      if (strncasecmp(line.data(), name.data(), name.size()) != 0) continue;
      const std::size_t value = line.find_first_not_of(' ', name.size() + 1);
      return value == line.npos ? std::string_view() : line.substr(value);
    }
    return {};
  }

  void report(double seconds) {
    if (answers_ != nullptr) std::fclose(answers_);
    std::printf(R"({"seconds": %.3f, "requests": %llu, "requests_per_second": %.1f, "failures": %llu, )",
                seconds, static_cast<unsigned long long>(latencies_.count()),
                static_cast<double>(latencies_.count()) / seconds,
                static_cast<unsigned long long>(failures_));
    std::printf("\"statuses\": {");
    const char* separator = "";
    for (const auto& [status, times] : statuses_) {
      std::printf("%s\"%d\": %llu", separator, status, static_cast<unsigned long long>(times));
      separator = ", ";
    }
    const auto micros = [&](double fraction) {
      return static_cast<double>(latencies_.quantile(fraction)) / 1000;
    };
    std::printf(R"(}, "p50_us": %.1f, "p90_us": %.1f, "p99_us": %.1f, "p999_us": %.1f, "max_us": %.1f})"
                "\n",
                micros(0.5), micros(0.9), micros(0.99), micros(0.999), micros(0.9999999));
  }

  const Options& options_;
  const sockaddr_in target_;
  const int epoll_ = epoll_create1(0);
  std::string head_;
  std::vector<Connection> connections_;
  std::FILE* answers_ = nullptr;
  std::int64_t now_ = now_ns();
  std::int64_t measure_from_ = 0;
  std::uint64_t started_ = 0;
  std::uint64_t answered_ = 0;
  std::uint64_t failures_ = 0;
  std::uint64_t lost_ = 0;  // requests that were sent and never answered
  std::size_t waiting_ = 0;
  std::map<int, std::uint64_t> statuses_;
  LatencyHistogram latencies_;
};

}  // namespace

int main(int argc, char** argv) {
  const Options options = parse_options(argc, argv);
  Load(options).run();
}
