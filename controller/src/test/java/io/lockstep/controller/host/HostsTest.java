package io.lockstep.controller.host;

import static io.lockstep.controller.fake.Samples.A;
import static io.lockstep.controller.fake.Samples.B;
import static io.lockstep.controller.fake.Samples.WEB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.controller.fake.FakeAgent;
import io.lockstep.controller.fake.FakeCluster;
import io.lockstep.core.domain.OwnDomain;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostsTest {

    private final FakeCluster cluster = new FakeCluster();
    private final FakeAgent a = cluster.host(A);

    private HostView view() {
        return cluster.controller.hosts().view(A).orElseThrow();
    }

    @Test
    void a_host_is_connected_once_its_inventory_came() {
        assertThat(view().connected()).isTrue();
        assertThat(view().own(WEB)).isEqualTo(OwnDomain.ABSENT);
        assertThat(view().problem()).isEmpty();
        cluster.runs(A);
        assertThat(view().own(WEB)).isEqualTo(OwnDomain.ACTIVE);
    }

    @Test
    void a_lost_stream_makes_a_host_unknown_not_absent() {
        cluster.runs(A);
        a.refusesConnections = true;
        a.loses("connection reset");

        assertThat(view().connected()).isFalse();
        assertThat(view().own(WEB)).isEqualTo(OwnDomain.UNKNOWN);
        assertThat(view().problem()).isEqualTo("connection reset");
        assertThat(view().inventory()).as("the last known one is still shown").isPresent();
        assertThat(view().seenAt()).isPresent();
    }

    @Test
    void a_silent_stream_is_lost_after_three_heartbeats_and_opened_again() {
        cluster.time.pass(FakeCluster.SILENT_AFTER.minusMillis(1));
        assertThat(view().connected()).isTrue();
        cluster.time.pass(Duration.ofMillis(1));
        assertThat(view().connected()).as("even before anybody ticks").isFalse();
        cluster.controller.tick();
        assertThat(view().problem()).isEqualTo("its agent has sent nothing for 15 s");
        cluster.time.pass(Duration.ofSeconds(1));
        cluster.controller.tick();
        assertThat(a.streams).isEqualTo(2);
        assertThat(view().connected()).isTrue();
    }

    @Test
    void a_silent_hypervisor_makes_the_domains_unknown() {
        a.hypervisorAnswers = false;
        a.sends();

        assertThat(view().connected()).isTrue();
        assertThat(view().own(WEB)).isEqualTo(OwnDomain.UNKNOWN);
    }

    @Test
    void a_lost_stream_is_opened_again_with_back_off() {
        a.refusesConnections = true;
        a.loses("connection reset");
        for (int second = 0; second < 120; second++) {
            cluster.time.pass(Duration.ofSeconds(1));
            cluster.controller.tick();
        }
        assertThat(a.streams).isBetween(10, 25);

        a.refusesConnections = false;
        cluster.register(A);
        assertThat(view().connected()).as("an agent that registers is there").isTrue();
    }

    @Test
    void registering_again_changes_nothing() {
        cluster.register(A);
        cluster.register(A);

        assertThat(a.streams).isEqualTo(1);
        assertThat(cluster.registrations).hasSize(1);
    }

    @Test
    void of_two_agents_with_one_name_the_later_counts() {
        Endpoint other = Endpoint.of("elsewhere:7600");
        cluster.controller.hosts().register(new Registration(A, other, "0.1", "boot-1"));

        assertThat(a.watched()).isFalse();
        assertThat(a.closed).isEqualTo(1);
        assertThat(view().registration().endpoint()).isEqualTo(other);
        assertThat(view().connected()).isTrue();
        a.sends();
        assertThat(cluster.agents.get("elsewhere:7600").watched()).isTrue();
    }

    @Test
    void after_a_boot_the_former_inventory_proves_nothing() {
        cluster.runs(A);
        a.bootId = "boot-2";
        a.refusesConnections = true;
        cluster.register(A);

        assertThat(view().own(WEB)).isEqualTo(OwnDomain.UNKNOWN);
        a.refusesConnections = false;
        a.domains.clear();
        cluster.register(A);
        assertThat(view().own(WEB)).isEqualTo(OwnDomain.ABSENT);
    }

    @Test
    void an_agent_that_calls_itself_something_else_is_not_listened_to() {
        FakeAgent b = cluster.agent(B);
        b.callsItself = "hv-z";
        cluster.register(B);

        HostView view = cluster.controller.hosts().view(B).orElseThrow();
        assertThat(view.connected()).isFalse();
        assertThat(view.problem()).contains("hv-b.example:7600 calls itself hv-z");
    }

    @Test
    void what_still_comes_on_a_replaced_stream_is_dropped() {
        SlowAgent slow = new SlowAgent();
        Hosts hosts = hosts(slow);
        hosts.register(new Registration(A, Endpoint.of("x:1"), "0.1", "boot-1"));
        Agents.InventoryListener first = slow.listener;
        first.inventory(a.inventory());
        assertThat(hosts.connected(A)).isTrue();
        first.ended("reset");
        first.inventory(a.inventory());
        assertThat(hosts.connected(A)).isFalse();
    }

    @Test
    void restored_hosts_are_unknown_until_they_stream() {
        FakeCluster later = new FakeCluster();
        later.agent(A).refusesConnections = true;
        later.controller.restore(
                List.of(new Registration(A, Endpoint.of(FakeCluster.endpoint(A)), "0.1", "boot-1")),
                List.of(),
                java.util.Map.of(),
                List.of());

        assertThat(later.controller.hosts().view())
                .singleElement()
                .satisfies(h -> assertThat(h.connected()).isFalse());
        later.agent(A).refusesConnections = false;
        later.runFor(Duration.ofSeconds(2));
        assertThat(later.controller.hosts().connected(A)).isTrue();
        assertThat(later.controller.hosts().gathering())
                .as("others may be missing in the database")
                .isTrue();
        later.runFor(FakeCluster.GATHERING.dividedBy(2));
        assertThat(later.controller.hosts().gathering()).isFalse();
    }

    @Test
    void a_forgotten_host_is_gone_and_its_connection_is_closed() {
        cluster.runs(A);
        a.refusesConnections = true;
        a.loses("connection reset");
        long version = cluster.time.version();

        assertThat(cluster.controller.hosts().forget(A)).isEqualTo(new ForgetOutcome.Forgotten());

        assertThat(cluster.controller.hosts().view()).isEmpty();
        assertThat(a.closed).isEqualTo(1);
        assertThat(cluster.time.version())
                .as("who waited for the host looks again")
                .isGreaterThan(version);
        int streams = a.streams;
        cluster.runFor(Duration.ofMinutes(1));
        assertThat(a.streams).as("nobody dials it any more").isEqualTo(streams);
    }

    @Test
    void a_connected_host_is_not_forgotten() {
        assertThat(cluster.controller.hosts().forget(A)).isEqualTo(new ForgetOutcome.Connected());

        assertThat(view().connected()).isTrue();
        assertThat(cluster.registrations).hasSize(1);
    }

    @Test
    void a_host_whose_stream_fell_silent_is_forgotten_even_before_anybody_ticks() {
        cluster.time.pass(FakeCluster.SILENT_AFTER);

        assertThat(cluster.controller.hosts().forget(A)).isEqualTo(new ForgetOutcome.Forgotten());
        assertThat(a.watched()).as("its stream is closed").isFalse();
    }

    @Test
    void a_host_that_nobody_knows_cannot_be_forgotten() {
        assertThat(cluster.controller.hosts().forget(B)).isEqualTo(new ForgetOutcome.NotKnown());
    }

    @Test
    void what_still_comes_from_a_forgotten_host_is_dropped() {
        SlowAgent slow = new SlowAgent();
        Hosts hosts = hosts(slow);
        hosts.register(new Registration(A, Endpoint.of("x:1"), "0.1", "boot-1"));

        hosts.forget(A);
        slow.listener.inventory(a.inventory());
        slow.listener.ended("reset");

        assertThat(slow.cancelled).isEqualTo(1);
        assertThat(hosts.view()).isEmpty();
    }

    @Test
    void a_forgotten_host_that_registers_again_is_back() {
        a.loses("connection reset");
        cluster.controller.hosts().forget(A);

        cluster.register(A);

        assertThat(view().connected()).isTrue();
        assertThat(cluster.registrations).hasSize(1);
    }

    @Test
    void a_restart_does_not_bring_a_forgotten_host_back() {
        cluster.host(B);
        a.loses("connection reset");
        cluster.controller.hosts().forget(A);

        cluster.controller = cluster.controller();
        cluster.controller.restore(cluster.registrations, List.of(), java.util.Map.of(), List.of());

        assertThat(cluster.controller.hosts().view()).extracting(HostView::name).containsExactly(B);
    }

    @Test
    void a_host_that_was_forgotten_before_the_database_could_be_read_stays_so() {
        List<Registration> stored = List.copyOf(cluster.registrations);
        a.loses("connection reset");
        cluster.controller.hosts().forget(A);

        cluster.controller.restore(stored, List.of(), java.util.Map.of(), List.of());

        assertThat(cluster.controller.hosts().view()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"hv1:7600,hv1,7600", "10.0.0.1:1,10.0.0.1,1", "[::1]:7600,::1,7600"})
    void an_endpoint_is_read_and_written(String text, String address, int port) {
        assertThat(Endpoint.of(text)).isEqualTo(new Endpoint(address, port)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "hv1", ":7600", "hv1:", "hv1:x", "hv1:0", "hv1:65536", "::1:7600", "a b:1", "http://x:1"})
    void an_endpoint_that_is_none_is_refused(String text) {
        assertThatThrownBy(() -> Endpoint.of(text)).isInstanceOf(IllegalArgumentException.class);
    }

    private Hosts hosts(Agents.Agent only) {
        return new Hosts(
                (host, endpoint) -> only,
                cluster,
                new Holds(cluster),
                cluster.time,
                cluster.time,
                new Random(1),
                new Hosts.Settings(
                        FakeCluster.SILENT_AFTER,
                        new Backoff(Duration.ofMillis(500), Duration.ofSeconds(15)),
                        Duration.ZERO));
    }

    /** Gives its listener away and keeps calling it. */
    private static final class SlowAgent implements Agents.Agent {
        private Agents.InventoryListener listener;
        private int cancelled;

        @Override
        public Agents.Stream watch(Agents.InventoryListener watching) {
            listener = watching;
            return () -> cancelled++;
        }

        @Override
        public void close() {}

        @Override
        public ShareAnswer share(ShareOrder order, CallLimit limit) {
            throw new AssertionError();
        }

        @Override
        public WakeAnswer wake(
                io.lockstep.core.handover.HandoverId id,
                io.lockstep.core.domain.DomainUuid domain,
                io.lockstep.core.handover.Epoch epoch,
                io.lockstep.core.handover.SideProgress peer,
                CallLimit limit) {
            throw new AssertionError();
        }

        @Override
        public OwnDomain observe(io.lockstep.core.domain.DomainUuid domain, CallLimit limit) {
            throw new AssertionError();
        }
    }
}
