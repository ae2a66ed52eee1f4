#include "app/systemd.h"

#include <cstddef>
#include <cstring>
#include <ctime>
#include <vector>

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/file.h"

namespace weir {
namespace {

constexpr int kFirstFd = 3;  // SD_LISTEN_FDS_START

}  // namespace

void notify_systemd(std::string_view state) {
  const auto path = environment_variable("NOTIFY_SOCKET");
  if (!path || path->empty()) return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path->size() >= sizeof address.sun_path) return;
  std::memcpy(address.sun_path, path->data(), path->size());
  if (address.sun_path[0] == '@') address.sun_path[0] = '\0';  // a name in the abstract namespace
  const UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket) return;
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path->size());
  // Nobody listening is no reason to stop: the notice is a courtesy.
  (void)::sendto(socket.get(), state.data(), state.size(), MSG_NOSIGNAL,
                 reinterpret_cast<const sockaddr*>(&address), size);
}

void notify_reloading() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  notify_systemd(fmt::format("RELOADING=1\nMONOTONIC_USEC={}", now.tv_sec * 1'000'000 + now.tv_nsec / 1000));
}

Result<InheritedSockets> inherited_sockets(const EnvironmentLookup& environment, int pid) {
  InheritedSockets sockets;
  const auto owner = environment("LISTEN_PID");
  const auto count = environment("LISTEN_FDS");
  if (!owner || !count || *owner != std::to_string(pid)) return sockets;
  if (*count != "0" && *count != "1" && *count != "2") {
    return fail(ErrorCode::kInvalid,
                fmt::format("systemd handed over {} sockets: weir takes one for the gateway and "
                            "one named admin",
                            count->substr(0, 16)));
  }
  std::string names = environment("LISTEN_FDNAMES").value_or("");
  for (int i = 0; i < (*count)[0] - '0'; ++i) {
    const std::string name = names.substr(0, names.find(':'));
    names.erase(0, name.size() + 1);
    auto& slot = name == "admin" ? sockets.admin : sockets.gateway;
    if (slot)
      return fail(ErrorCode::kInvalid,
                  "systemd handed over two sockets for one purpose: name one of them admin");
    slot = net::ListenAddress{net::ListenAddress::Kind::kInherited, "", 0, kFirstFd + i};
  }
  return sockets;
}

}  // namespace weir
