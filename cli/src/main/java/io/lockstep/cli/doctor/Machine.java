package io.lockstep.cli.doctor;

import io.lockstep.lvm.command.CommandRunner;
import io.lockstep.lvm.command.Limits;
import io.lockstep.lvm.command.ProcessRunner;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** This host, as far as a doctor may look at it. */
public interface Machine {

    CommandRunner runner();

    Instant now();

    boolean executable(Path file);

    /** When the file came to be what and where it is. Empty when there is none. */
    Optional<Instant> changed(Path file);

    /** Where a symbolic link leads. */
    Optional<Path> link(Path file);

    /** A small text file. Empty when it cannot be read. */
    Optional<String> text(Path file);

    /** The names of what is in a directory; nothing when it cannot be read. */
    List<String> names(Path directory);

    /**
     * GET over a unix socket.
     *
     * @return the body; empty when there is no answer
     */
    Optional<String> get(Path socket, String path);

    static Machine ofThisHost() {
        return new ThisHost();
    }

    /** The real one. */
    final class ThisHost implements Machine {

        private static final Limits LIMITS =
                new Limits(Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofSeconds(1), 4 << 20);
        private static final Duration ANSWER = Duration.ofSeconds(5);

        private final CommandRunner runner = new ProcessRunner(LIMITS);

        @Override
        public CommandRunner runner() {
            return runner;
        }

        @Override
        public Instant now() {
            return Instant.now();
        }

        @Override
        public boolean executable(Path file) {
            return Files.isRegularFile(file) && Files.isExecutable(file);
        }

        @Override
        public Optional<Instant> changed(Path file) {
            try {
                return Files.getAttribute(file, "unix:ctime") instanceof FileTime time
                        ? Optional.of(time.toInstant())
                        : Optional.empty();
            } catch (IOException e) {
                return Optional.empty();
            }
        }

        @Override
        public Optional<Path> link(Path file) {
            try {
                return Optional.of(Files.readSymbolicLink(file));
            } catch (IOException | UnsupportedOperationException e) {
                return Optional.empty();
            }
        }

        @Override
        public Optional<String> text(Path file) {
            // Files of the kernel do not tell their size.
            try (InputStream in = Files.newInputStream(file)) {
                return Optional.of(new String(in.readNBytes(1 << 20), StandardCharsets.UTF_8));
            } catch (IOException e) {
                return Optional.empty();
            }
        }

        @Override
        public List<String> names(Path directory) {
            try (Stream<Path> files = Files.list(directory)) {
                return files.map(f -> f.getFileName().toString()).sorted().toList();
            } catch (IOException | UncheckedIOException e) {
                return List.of();
            }
        }

        @Override
        public Optional<String> get(Path socket, String path) {
            CompletableFuture<String> answer = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try {
                    answer.complete(exchange(socket, path));
                } catch (IOException | RuntimeException e) {
                    answer.completeExceptionally(e);
                }
            });
            try {
                String whole = answer.get(ANSWER.toSeconds(), TimeUnit.SECONDS);
                int body = whole.indexOf("\r\n\r\n");
                return body < 0 ? Optional.empty() : Optional.of(whole.substring(body + 4));
            } catch (ExecutionException | TimeoutException e) {
                return Optional.empty();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }

        /** HTTP/1.0: the answer ends with the connection. */
        private static String exchange(Path socket, String path) throws IOException {
            try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                channel.connect(UnixDomainSocketAddress.of(socket));
                channel.write(ByteBuffer.wrap(
                        ("GET " + path + " HTTP/1.0\r\nHost: agent\r\n\r\n").getBytes(StandardCharsets.US_ASCII)));
                ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
                while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                    // Until the agent closes.
                }
                return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
            }
        }
    }
}
