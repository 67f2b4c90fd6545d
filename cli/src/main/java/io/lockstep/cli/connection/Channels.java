package io.lockstep.cli.connection;

import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.lockstep.cli.CommandFailure;
import io.lockstep.cli.ExitStatus;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/** Makes channels: TLS when the configuration names a {@code ca}, plaintext otherwise, and never through a web proxy. */
final class Channels {

    /** A watch on a dead network must end some time; servers accept no more than one ping in 5 min by default. */
    private static final long KEEP_ALIVE_MINUTES = 5;

    /** An inventory of a large host, many times over. */
    private static final int LARGEST_ANSWER = 64 << 20;

    private final CtlConfig config;

    Channels(CtlConfig config) {
        this.config = config;
    }

    /** @param name the one that the peer's certificate must carry, where it is another than the endpoint's */
    ManagedChannel open(Endpoint endpoint, Optional<String> name, Duration connectTimeout) {
        NettyChannelBuilder builder = NettyChannelBuilder.forTarget("dns:///" + endpoint)
                .proxyDetector(address -> null)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        Math.min(connectTimeout.toMillis(), Integer.MAX_VALUE))
                .keepAliveTime(KEEP_ALIVE_MINUTES, TimeUnit.MINUTES)
                .maxInboundMessageSize(LARGEST_ANSWER);
        if (config.ca().isEmpty()) {
            return builder.usePlaintext().build();
        }
        name.ifPresent(builder::overrideAuthority);
        try {
            SslContextBuilder tls = GrpcSslContexts.forClient()
                    .trustManager(file("ca", config.ca().get()));
            if (config.certificate().isPresent() && config.key().isPresent()) {
                tls.keyManager(
                        file("cert", config.certificate().get()),
                        file("key", config.key().get()));
            }
            return builder.sslContext(tls.build()).build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new CommandFailure(
                    ExitStatus.USAGE, "the TLS files of ctl.conf are of no use: " + Failures.deepest(e), e);
        }
    }

    private static File file(String key, Path path) {
        if (!Files.isReadable(path)) {
            throw new CommandFailure(ExitStatus.USAGE, key + "=" + path + " of ctl.conf cannot be read");
        }
        return path.toFile();
    }
}
