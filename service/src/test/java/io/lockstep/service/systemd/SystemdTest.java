package io.lockstep.service.systemd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SystemdTest {

    @TempDir
    Path directory;

    private static Systemd at(String socket) {
        return Systemd.in(Map.of("NOTIFY_SOCKET", socket));
    }

    @Test
    void a_service_tells_its_whole_life_over_a_real_datagram_socket() throws Throwable {
        String name = directory.resolve("notify").toString();
        try (DatagramSocket peer = new DatagramSocket(name)) {
            Systemd systemd = at(name);
            systemd.status("reading the locks");
            systemd.ready();
            systemd.alive();
            systemd.alive();
            systemd.stopping();

            assertThat(peer.receive()).isEqualTo("STATUS=reading the locks");
            assertThat(peer.receive()).isEqualTo("READY=1");
            assertThat(peer.receive()).isEqualTo("WATCHDOG=1");
            assertThat(peer.receive()).isEqualTo("WATCHDOG=1");
            assertThat(peer.receive()).isEqualTo("STOPPING=1");
            assertThat(peer.receive()).isEmpty();
        }
    }

    @Test
    void a_name_in_the_abstract_namespace_works() throws Throwable {
        String name = "@lockstep-test-" + UUID.randomUUID();
        try (DatagramSocket peer = new DatagramSocket(name)) {
            at(name).ready();
            assertThat(peer.receive()).isEqualTo("READY=1");
        }
    }

    @Test
    void ready_is_told_once_and_a_status_when_it_changes_as_one_line() throws Throwable {
        String name = directory.resolve("notify").toString();
        try (DatagramSocket peer = new DatagramSocket(name)) {
            Systemd systemd = at(name);
            systemd.ready();
            systemd.ready();
            systemd.status("größer\nREADY=1");
            systemd.status("größer\nREADY=1");

            assertThat(peer.receive()).isEqualTo("READY=1");
            assertThat(peer.receive()).isEqualTo("STATUS=größer READY=1");
            assertThat(peer.receive()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "relative", "/nonexistent/notify", "@nobody-listens-here"})
    void nobody_who_listens_is_no_failure(String socket) {
        assertThatCode(() -> at(socket).ready()).doesNotThrowAnyException();
    }

    @Test
    void a_path_that_fits_no_address_is_left_alone() {
        assertThatCode(() -> at("/" + "x".repeat(107)).ready()).doesNotThrowAnyException();
    }

    @Test
    void without_systemd_nothing_is_told() {
        assertThatCode(() -> Systemd.in(Map.of()).ready()).doesNotThrowAnyException();
    }
}
