package io.lockstep.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.agent.migration.OutgoingMigration;
import io.lockstep.agent.migration.OutgoingMigrations;
import io.lockstep.agent.migration.OutgoingMigrations.Outcome;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.hook.Enforcement;
import io.lockstep.core.port.Migrations;
import io.lockstep.core.port.Migrations.Ended;
import io.lockstep.simulator.libvirt.GuestDefinition;
import io.lockstep.simulator.libvirt.MigrationPhase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Migrations that an agent starts: the same hooks and locks as with virsh. */
class OutgoingMigrationsTest {

    private static final DomainUuid WEB = new DomainUuid(TestCluster.WEB.uuid());

    @TempDir
    Path directory;

    private TestCluster cluster;

    @BeforeEach
    void build() {
        cluster = TestCluster.withWeb(directory);
    }

    private OutgoingMigrations on(String host) {
        return cluster.on(host).agent().migrations();
    }

    private static OutgoingMigrations.Request to(String target, Optional<Duration> suspendAfter) {
        return new OutgoingMigrations.Request(
                new Migrations.Order(WEB, "qemu+ssh://" + target + "/system", true, true, false, OptionalLong.empty()),
                new HostName(target),
                suspendAfter,
                "ada");
    }

    private static OutgoingMigrations.Request to(String target) {
        return to(target, Optional.empty());
    }

    private OutgoingMigration only(String host) {
        assertThat(on(host).list()).hasSize(1);
        return on(host).list().getFirst();
    }

    @Test
    void a_domain_moves_with_its_locks_and_its_definition() {
        List<Optional<Migrations.Copied>> copied = new ArrayList<>();
        cluster.host("h1")
                .libvirtd()
                .migrationsOfAgents(o ->
                        o.at(MigrationPhase.COPIED, () -> copied.add(only("h1").copied())));

        assertThat(on("h1").start(to("h2"))).isInstanceOf(Outcome.Started.class);
        assertThat(only("h1").underWay()).isTrue();
        cluster.quiet();

        assertThat(copied).containsExactly(Optional.of(new Migrations.Copied(1 << 30, 1 << 30, 0)));
        assertThat(only("h1").ending())
                .hasValueSatisfying(e -> assertThat(e.how()).isEqualTo(new Ended.Moved()));
        cluster.webOnlyOn("h2");
        assertThat(cluster.host("h1").virsh().domstate("web").exit())
                .as("its definition has moved")
                .isNotZero();
        assertThat(cluster.host("h2").virsh().destroy("web").ok()).isTrue();
        assertThat(cluster.host("h2").virsh().start("web").ok())
                .as("it is defined there")
                .isTrue();
    }

    @Test
    void one_that_is_cancelled_failed_and_the_domain_goes_on_with_its_locks() {
        List<Boolean> cancelled = new ArrayList<>();
        cluster.host("h1")
                .libvirtd()
                .migrationsOfAgents(o -> o.at(MigrationPhase.COPYING, () -> cancelled.add(on("h1").abort(WEB))));

        on("h1").start(to("h2"));
        cluster.quiet();

        assertThat(cancelled).containsExactly(true);
        assertThat(only("h1").ending())
                .hasValueSatisfying(e -> assertThat(e.how())
                        .isInstanceOfSatisfying(
                                Ended.Failed.class, f -> assertThat(f.reason()).contains("canceled by client")));
        cluster.webOnlyOn("h1");
        assertThat(on("h1").abort(WEB)).as("nothing is under way").isFalse();
    }

    @Test
    void asked_for_again_it_is_the_one_that_is_under_way_and_to_another_host_it_is_refused() {
        List<Outcome> again = new ArrayList<>();
        cluster.host("h1")
                .libvirtd()
                .migrationsOfAgents(o -> o.at(MigrationPhase.COPYING, () -> {
                    again.add(on("h1").start(to("h2")));
                    again.add(on("h1").start(to("h3")));
                }));

        on("h1").start(to("h2"));
        cluster.quiet();

        assertThat(again.get(0)).isInstanceOf(Outcome.UnderWay.class);
        assertThat(again.get(1))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        r -> assertThat(r.reasons())
                                .singleElement()
                                .asString()
                                .startsWith("it is migrating to h2 already"));
        cluster.webOnlyOn("h2");
    }

    @Test
    void an_agent_that_was_restarted_meanwhile_still_shows_it() {
        List<OutgoingMigration> shown = new ArrayList<>();
        List<OutgoingMigrations.Check> checked = new ArrayList<>();
        cluster.host("h1")
                .libvirtd()
                .migrationsOfAgents(o -> o.at(MigrationPhase.COPYING, () -> {
                    cluster.on("h1").restart();
                    checked.addAll(on("h1").check(List.of(WEB)));
                    shown.addAll(on("h1").list());
                }));

        on("h1").start(to("h2"));
        cluster.quiet();

        assertThat(checked)
                .singleElement()
                .satisfies(c -> assertThat(c.underWay()).isPresent());
        assertThat(shown).singleElement().satisfies(m -> {
            assertThat(m.underWay()).isTrue();
            assertThat(m.start()).as("nobody knows who started it").isEmpty();
            assertThat(m.copied()).isPresent();
        });
        cluster.webOnlyOn("h2");
    }

    @Test
    void what_speaks_against_it_is_said_before_libvirt_is_asked() {
        cluster.cluster().snapshot("vg0/snap", "vg0/d1_b");
        cluster.host("h1").virsh().define(GuestDefinition.named("idle").xml());

        assertThat(on("h1").check(List.of()))
                .singleElement()
                .satisfies(c -> assertThat(c.refusals())
                        .singleElement()
                        .asString()
                        .startsWith("vg0/d1_b: LVM cannot share a volume of type"));
        assertThat(on("h1").start(to("h2"))).isInstanceOf(Outcome.Refused.class);
        assertThat(on("h2").check(List.of(WEB)).getFirst().refusals())
                .singleElement()
                .asString()
                .startsWith("it does not run on h2");
        assertThat(on("h1").list()).isEmpty();
        cluster.cluster().removeVolume("vg0/snap");
        cluster.webOnlyOn("h1");
    }

    @Test
    void a_host_that_enforces_nothing_starts_none() {
        cluster.on("h1").enforcement(Enforcement.OFF);

        assertThat(on("h1").check(List.of(WEB)).getFirst().refusals())
                .anySatisfy(r -> assertThat(r).startsWith("Lockstep is off for it on h1"));
    }

    @Test
    void a_handover_that_is_still_open_is_waited_for() {
        cluster.host("h1")
                .libvirtd()
                .migrationsOfAgents(o -> o.at(MigrationPhase.COPYING, migration -> {
                    cluster.on("h2").kill();
                    migration.abort();
                }));
        on("h1").start(to("h2"));
        cluster.quiet();

        assertThat(on("h1").check(List.of(WEB)).getFirst().refusals())
                .singleElement()
                .asString()
                .contains("is still open");
        cluster.on("h2").restart();
        cluster.pass(Duration.ofSeconds(90));
        assertThat(on("h1").check(List.of(WEB)).getFirst().refusals()).isEmpty();
    }

    @Test
    void one_that_takes_long_has_its_guest_suspended_and_it_runs_on_the_target() {
        List<Runnable> later = new ArrayList<>();
        List<String> states = new ArrayList<>();
        cluster.host("h1")
                .libvirtd()
                .migrationsOfAgents(o -> o.at(MigrationPhase.COPYING, () -> {
                    later.getFirst().run();
                    states.add(cluster.host("h1").virsh().domstate("web").out().strip());
                }));

        on("h1").start(to("h2", Optional.of(Duration.ofMinutes(5))));
        later.add(cluster.on("h1").later().getLast());
        cluster.quiet();

        assertThat(states).containsExactly("paused (user)");

        assertThat(cluster.host("h2").virsh().domstate("web").out()).contains("running");
        cluster.webOnlyOn("h2");
    }
}
