package io.lockstep.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.libvirt.nativeapi.LibvirtException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LinkTest {

    private boolean daemon = true;
    private int opened;
    private final Set<Integer> dead = new HashSet<>();
    private final List<Integer> closed = new ArrayList<>();
    private Duration now = Duration.ZERO;

    private final Link<Integer> link =
            new Link<>(new Link.Kind<>(this::open, c -> !dead.contains(c), closed::add), () -> now.toNanos());

    private Integer open() throws LibvirtException {
        opened++;
        if (!daemon) {
            throw new LibvirtException(38, "no socket " + opened);
        }
        return opened;
    }

    private void after(int seconds) {
        now = now.plusSeconds(seconds);
    }

    @Test
    void a_connection_is_opened_once() throws LibvirtException {
        assertThat(link.get()).isEqualTo(1);
        assertThat(link.get()).isEqualTo(1);
        assertThat(closed).isEmpty();
    }

    @Test
    void a_lost_connection_is_closed_and_opened_again() throws LibvirtException {
        dead.add(link.get());

        assertThat(link.get()).isEqualTo(2);
        assertThat(closed).containsExactly(1);
    }

    @Test
    void between_attempts_the_last_failure_is_the_answer() {
        daemon = false;
        assertThatThrownBy(link::get).hasMessage("no socket 1");
        assertThatThrownBy(link::get).hasMessage("no socket 1");
        after(1);
        assertThatThrownBy(link::get).hasMessage("no socket 2");
        after(1);
        assertThatThrownBy(link::get).hasMessage("no socket 2");
        after(1);
        assertThatThrownBy(link::get).hasMessage("no socket 3");
    }

    @Test
    void attempts_are_never_more_than_five_seconds_apart() {
        daemon = false;
        for (int i = 0; i < 20; i++) {
            after(5);
            assertThatThrownBy(link::get).isInstanceOf(LibvirtException.class);
        }
        assertThat(opened).isEqualTo(20);
    }

    @Test
    void after_a_success_the_pauses_begin_anew() throws LibvirtException {
        daemon = false;
        for (int i = 0; i < 5; i++) {
            after(5);
            assertThatThrownBy(link::get).isInstanceOf(LibvirtException.class);
        }
        daemon = true;
        after(5);
        dead.add(link.get());
        daemon = false;
        assertThatThrownBy(link::get).isInstanceOf(LibvirtException.class);
        daemon = true;
        after(1);

        assertThat(link.get()).isEqualTo(8);
    }
}
