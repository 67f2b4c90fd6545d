package io.lockstep.agent.endpoint;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.PeerCredentials;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Lets root and the agent's own user call the hook endpoint, over the unix socket, and nobody else. */
final class PeerGuard {

    private static final int ROOT = 0;

    private final int own = ownUser();

    /** Why a request is not let in; empty when it is. */
    Optional<String> refusal(HttpServerRequest request) {
        Channel channel = ((ConnectionBase) request.connection()).channel();
        if (!(channel instanceof EpollDomainSocketChannel socket)) {
            return Optional.of("hooks are answered on the unix socket only");
        }
        try {
            PeerCredentials peer = socket.peerCredentials();
            return peer.uid() == ROOT || peer.uid() == own
                    ? Optional.empty()
                    : Optional.of("hooks are answered to root only, and you are uid " + peer.uid());
        } catch (IOException e) {
            return Optional.of("the caller's credentials cannot be read: " + e.getMessage());
        }
    }

    private static int ownUser() {
        try {
            Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
            return uid instanceof Integer number ? number : ROOT;
        } catch (IOException | UnsupportedOperationException e) {
            return ROOT;
        }
    }
}
