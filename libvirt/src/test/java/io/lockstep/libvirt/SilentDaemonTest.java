package io.lockstep.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.core.domain.HypervisorReading;
import io.lockstep.core.port.DeviceChange;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A daemon that is away, hangs or dies, through libvirt's real client. */
@Timeout(120)
class SilentDaemonTest {

    @TempDir
    private Path directory;

    private LibvirtHypervisor hypervisor = null;

    @BeforeAll
    static void libvirt() {
        TestDriver.required();
    }

    private Path socket() {
        return directory.resolve("libvirt-sock");
    }

    private LibvirtHypervisor connecting(Limits limits) {
        hypervisor = new LibvirtHypervisor("qemu+unix:///system?socket=" + socket(), limits);
        return hypervisor;
    }

    private ServerSocketChannel listening() throws IOException {
        Files.deleteIfExists(socket());
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket()));
    }

    private String silence() {
        return ((HypervisorReading.Silent) hypervisor.read()).reason();
    }

    @AfterEach
    void close() {
        if (hypervisor != null) {
            hypervisor.close();
        }
    }

    @Test
    void a_daemon_that_does_not_run_is_silent_and_the_reason_says_where_it_was_sought() {
        connecting(TestDriver.LONG);

        assertThat(silence())
                .startsWith("libvirt does not answer at qemu+unix:///system?socket=" + socket() + ": ")
                .contains("No such file or directory");
        assertThat(hypervisor.poolTargets()).isEmpty();
        assertThat(hypervisor.suspend(TestDriver.TEST)).isFalse();
        assertThat(hypervisor.detachDisk(TestDriver.TEST, "vda", true)).isInstanceOf(DeviceChange.Refused.class);
    }

    @Test
    void a_daemon_that_accepts_and_says_nothing_is_silent_within_the_limit() throws IOException {
        try (ServerSocketChannel daemon = listening()) {
            connecting(TestDriver.SHORT);

            assertThat(silence()).startsWith("libvirt did not answer within 300 ms (connecting to ");
            assertThat(silence()).startsWith("libvirt did not answer within 300 ms (connecting to ");
            assertThat(hypervisor.poolTargets()).isEmpty();
            assertThat(hypervisor.suspend(TestDriver.TEST)).isFalse();
            assertThat(hypervisor.attachDisk(TestDriver.TEST, "<disk><target dev='vdb'/></disk>", false))
                    .isInstanceOf(DeviceChange.Refused.class);

            // One for each lane, however often it was asked.
            daemon.configureBlocking(false);
            int connections = 0;
            for (SocketChannel c = daemon.accept(); c != null; c = daemon.accept()) {
                c.close();
                connections++;
            }
            assertThat(connections).isBetween(3, 4);
        }
    }

    @Test
    void a_hung_connection_is_given_up_when_its_daemon_dies() throws Exception {
        try (ServerSocketChannel daemon = listening()) {
            connecting(TestDriver.SHORT);
            assertThat(silence()).contains("did not answer within");
            daemon.accept().close();
        }
        Files.delete(socket());

        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!silence().contains("No such file or directory")) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(50);
        }
    }

    @Test
    void a_listener_waits_for_a_daemon_that_is_away_without_harm() {
        connecting(TestDriver.LONG).onChange(() -> {});

        assertThat(silence()).contains("does not answer");
    }
}
