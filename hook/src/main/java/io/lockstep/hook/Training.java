package io.lockstep.hook;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The training run of the AOT cache: this program against an agent in the same JVM, so that {@code make-aot} needs nothing but
 * the jar. What runs here is what starts quickly later.
 */
final class Training {

    private static final String[] ANSWERS = {
        "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 8\r\n\r\nstarting",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n<domain/>\r\n0\r\n\r\n",
        "HTTP/1.1 409 Conflict\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 4\r\n\r\nheld",
    };

    private Training() {}

    public static void main(String[] arguments) throws IOException {
        Path directory = Files.createTempDirectory("lockstep-hook");
        Path socket = directory.resolve("agent.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            Thread agent = new Thread("agent") {
                @Override
                public void run() {
                    try {
                        for (String answer : ANSWERS) {
                            answer(server, answer);
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            };
            agent.setDaemon(true);
            agent.start();
            Settings settings = new Settings(socket.toString(), 10_000, 5_000);
            expect(0, run(settings, "prepare"));
            expect(0, run(settings, "migrate"));
            expect(1, run(settings, "prepare"));
        } finally {
            Files.deleteIfExists(socket);
            Files.deleteIfExists(directory);
        }
        // The way out is trained too.
        Main.end(Outcome.allow(new byte[0]));
    }

    private static Outcome run(Settings settings, String operation) {
        HookCall call = HookCall.ofProcess(new String[] {"training", operation, "begin", "-"});
        Watchdog watchdog = new Watchdog(call, settings.deadlineMillis());
        watchdog.start();
        byte[] xml = "<domain/>".getBytes(StandardCharsets.US_ASCII);
        return Main.answer(settings, call, watchdog, new ByteArrayInputStream(xml));
    }

    private static void expect(int status, Outcome outcome) {
        if (outcome.status() != status) {
            throw new IllegalStateException("the training run failed: " + outcome.line());
        }
    }

    private static void answer(ServerSocketChannel server, String answer) throws IOException {
        try (SocketChannel channel = server.accept()) {
            ByteBuffer request = ByteBuffer.allocate(4 << 10);
            String seen = "";
            while (!seen.endsWith("<domain/>") && channel.read(request) >= 0) {
                seen = new String(request.array(), 0, request.position(), StandardCharsets.US_ASCII);
            }
            channel.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII)));
        }
    }
}
