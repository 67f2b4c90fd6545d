package io.lockstep.cli.lock;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.lockstep.cli.Ctl;
import io.lockstep.cli.fake.FakeAgent;
import io.lockstep.cli.fake.FakeCluster;
import io.lockstep.proto.v1.Alarm;
import io.lockstep.proto.v1.Domain;
import io.lockstep.proto.v1.Drift;
import io.lockstep.proto.v1.Handover;
import io.lockstep.proto.v1.HandoverPhase;
import io.lockstep.proto.v1.HandoverRef;
import io.lockstep.proto.v1.LockMode;
import io.lockstep.proto.v1.Lockspace;
import io.lockstep.proto.v1.Volume;
import io.lockstep.proto.v1.VolumeLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WhyTest {

    private static final Volume DISK = FakeCluster.volume("vg0/disk", 1);
    private static final Domain WEB1 =
            FakeAgent.domain("web1", "6f9a1c9e-0001-4000-8000-000000000001", "running (booted)");

    private final FakeCluster cluster = new FakeCluster();
    private final Ctl ctl = Ctl.of(cluster);
    private FakeAgent h1;

    @BeforeEach
    void two_hosts() {
        h1 = cluster.host("h1");
        cluster.host("h2");
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private String why() {
        Ctl.Run run = ctl.run("why", "vg0/disk");
        assertThat(run.err()).isEmpty();
        assertThat(run.exit()).isZero();
        return run.out();
    }

    private static VolumeLock.Builder lock() {
        return VolumeLock.newBuilder()
                .setVolume(DISK)
                .setMode(LockMode.LOCK_MODE_EXCLUSIVE)
                .setActive(true)
                .setSince(FakeCluster.ago(180));
    }

    @Test
    void a_closed_volume_that_nobody_claims_can_be_released() {
        h1.holds(lock().build());

        assertThat(why()).isEqualTo("""
                vg0/disk
                  h1 holds it EXCLUSIVE since 3m ago, for no domain; closed
                    -> lockstepctl release vg0/disk --host h1
                """);
    }

    @Test
    void a_volume_of_a_group_that_no_host_sees_is_a_mistake_and_not_free() {
        Ctl.Run run = ctl.run("why", "vg1/disk");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("no host sees a shared volume group \"vg1\": there is vg0");
    }

    @Test
    void a_volume_that_a_process_has_open_must_be_closed_first() {
        h1.holds(lock().setOpen(true).build());

        assertThat(why()).isEqualTo("""
                vg0/disk
                  h1 holds it EXCLUSIVE since 3m ago, for no domain; a process has it open
                    -> find out who has it open on h1: lsof /dev/vg0/disk, dmsetup ls --tree; when closed: lockstepctl release vg0/disk --host h1
                """);
    }

    @Test
    void the_volume_of_a_running_domain_follows_the_domain() {
        h1.runs(WEB1)
                .claims(WEB1, DISK, LockMode.LOCK_MODE_EXCLUSIVE)
                .holds(lock().setOpen(true).build());

        assertThat(why()).isEqualTo("""
                vg0/disk
                  h1 holds it EXCLUSIVE since 3m ago, for domain web1, which is running (booted)
                    -> the lock follows the domain: stop web1 on h1 (virsh shutdown) or migrate it (virsh migrate --live)
                """);
    }

    @Test
    void a_claim_whose_domain_is_gone_ends_by_reconciliation() {
        h1.claims(WEB1, DISK, LockMode.LOCK_MODE_EXCLUSIVE).holds(lock().build());

        assertThat(why()).isEqualTo("""
                vg0/disk
                  h1 holds it EXCLUSIVE since 3m ago, for domain web1, which is not active there
                    -> the agent ends such a claim by itself; at once: lockstepctl reconcile --host h1
                """);
    }

    @Test
    void while_libvirt_is_silent_a_claim_counts_as_a_running_domains() {
        h1.claims(WEB1, DISK, LockMode.LOCK_MODE_EXCLUSIVE)
                .holds(lock().build())
                .inventory()
                .setHypervisorAnswers(false);

        assertThat(why())
                .contains("for domain web1; libvirt does not answer there")
                .contains("stop web1 on h1")
                .doesNotContain("not active");
    }

    @Test
    void an_open_handover_is_waited_for() {
        h1.runs(WEB1)
                .claims(WEB1, DISK, LockMode.LOCK_MODE_EXCLUSIVE)
                .holds(lock().setMode(LockMode.LOCK_MODE_SHARED).build());
        cluster.agent("h2").holds(lock().setMode(LockMode.LOCK_MODE_SHARED).build());
        cluster.opens(handover().build());

        assertThat(why()).isEqualTo("""
                vg0/disk
                  h1 holds it SHARED since 3m ago, for domain web1; in handover 0f0f0f0f-0000-4000-8000-000000000001 from h1 to h2, phase SHARED
                    -> wait until it closes: lockstepctl handover 0f0f0f0f-0000-4000-8000-000000000001
                  h2 holds it SHARED since 3m ago, for no domain; in handover 0f0f0f0f-0000-4000-8000-000000000001 from h1 to h2, phase SHARED
                    -> wait until it closes: lockstepctl handover 0f0f0f0f-0000-4000-8000-000000000001
                """);
    }

    @Test
    void a_handover_that_wants_attention_is_not_waited_for() {
        h1.holds(lock().setMode(LockMode.LOCK_MODE_SHARED).build());
        cluster.opens(
                handover().addAttention("the incoming migration does not end").build());

        assertThat(why())
                .contains("-> look at it: the incoming migration does not end")
                .doesNotContain("wait");
    }

    private static Handover.Builder handover() {
        return Handover.newBuilder()
                .setRef(HandoverRef.newBuilder()
                        .setId("0f0f0f0f-0000-4000-8000-000000000001")
                        .setDomainUuid(WEB1.getUuid())
                        .setEpoch(7))
                .setDomainName("web1")
                .setSource("h1")
                .setTarget("h2")
                .addVolumes(DISK)
                .setPhase(HandoverPhase.HANDOVER_PHASE_SHARED)
                .setOpenedAt(FakeCluster.ago(20));
    }

    @Test
    void nobody_holding_it_is_said_only_when_every_host_is_known() {
        assertThat(why()).isEqualTo("""
                vg0/disk
                  nobody holds vg0/disk
                    -> a domain that needs it can start; should it not exist at all: lvs vg0/disk
                """);

        cluster.lose("h2", 300);

        assertThat(why()).isEqualTo("""
                vg0/disk
                  no connected host holds vg0/disk, but h2 may: unknown at the moment
                    -> check there: systemctl status lockstep-agent. When such a host is dead, the lock manager grants its volumes to others after two to four minutes, with no hand needed
                """);
    }

    @Test
    void the_last_known_holder_of_an_unknown_host_is_no_more_than_a_hint() {
        h1.runs(WEB1).claims(WEB1, DISK, LockMode.LOCK_MODE_EXCLUSIVE).holds(lock().build());
        cluster.lose("h1", 300);

        assertThat(why()).isEqualTo("""
                vg0/disk
                  h1 held it EXCLUSIVE since 3m ago, for domain web1; that was 5m ago, the host is unknown since and this proves nothing
                    -> check h1: systemctl status lockstep-agent. When it is dead, the lock manager grants its volumes to others after two to four minutes, with no hand needed
                """);
    }

    @Test
    void an_exclusive_holder_leaves_no_doubt_about_unknown_hosts() {
        h1.holds(lock().build());
        cluster.lose("h2", 300);

        assertThat(why()).doesNotContain("h2");
    }

    @Test
    void other_unknown_hosts_are_named_beside_a_shared_holder() {
        h1.holds(lock().setMode(LockMode.LOCK_MODE_SHARED).build());
        cluster.lose("h2", 300);

        assertThat(why()).contains("unknown at the moment: h2, which may hold it too");
    }

    @Test
    void drift_is_shown_with_the_latest_refusal() {
        h1.runs(WEB1)
                .claims(WEB1, DISK, LockMode.LOCK_MODE_EXCLUSIVE)
                .holds(lock().setMode(LockMode.LOCK_MODE_SHARED).build())
                .drifts(Drift.newBuilder()
                        .setKind(Drift.Kind.KIND_TOO_WEAK)
                        .setVolume(DISK)
                        .setSince(FakeCluster.ago(240))
                        .setRefusal("locked by another host (host_id 2)")
                        .build());

        assertThat(why())
                .contains("  drift on h1: TOO_WEAK, a guest needs more than is held, since 4m ago; its correction was"
                        + " refused: locked by another host (host_id 2)\n");
    }

    @Test
    void a_leaked_lock_and_a_volume_without_a_lock_are_told_apart() {
        h1.holds(lock().setActive(false).build());
        cluster.agent("h2").holds(lock().setMode(LockMode.LOCK_MODE_UNLOCKED).build());

        assertThat(why()).isEqualTo("""
                vg0/disk
                  h1 holds it EXCLUSIVE since 3m ago, for no domain; it is not active there, the lock was left behind
                    -> lockstepctl reconcile --host h1
                  h2 has it active without a lock since 3m ago, for no domain; another host may take it
                    -> deactivate it on h2: lvchange -an vg0/disk
                """);
    }

    @Test
    void a_lock_in_a_lockspace_that_is_not_live_proves_nothing() {
        h1.holds(lock().build())
                .inventory()
                .setLockspaces(
                        0,
                        Lockspace.newBuilder()
                                .setVg("vg0")
                                .setState(Lockspace.State.STATE_LOST)
                                .setReason("sanlock failed to renew"));

        assertThat(why())
                .contains("its lockspace is not live: sanlock failed to renew")
                .contains("-> look at the lock manager on h1: sanlock client status -D");

        h1.inventory()
                .setLockspaces(0, Lockspace.newBuilder().setVg("vg0").setState(Lockspace.State.STATE_NOT_STARTED));

        assertThat(why()).contains("-> start it on h1: vgchange --lock-start vg0");
    }

    @Test
    void json_gives_the_same_findings() {
        h1.holds(lock().build());
        cluster.lose("h2", 300);

        JsonObject json = JsonParser.parseString(
                        ctl.run("why", "vg0/disk", "-o", "json").out())
                .getAsJsonObject();

        JsonObject finding = json.getAsJsonArray("findings").get(0).getAsJsonObject();
        assertThat(json.get("volume").getAsString()).isEqualTo("vg0/disk");
        assertThat(finding.get("fact").getAsString()).startsWith("h1 holds it EXCLUSIVE");
        assertThat(finding.get("advice").getAsString()).isEqualTo("lockstepctl release vg0/disk --host h1");
        assertThat(json.getAsJsonArray("unknown_hosts").get(0).getAsString()).isEqualTo("h2");
    }

    @Test
    void a_name_without_a_group_is_answered_with_how_to_write_it() {
        Ctl.Run run = ctl.run("why", "disk");

        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isEqualTo("""
                lockstepctl: "disk" is not a volume: write VG/LV, for example vg0/disk1
                See: lockstepctl why --help
                """);
        assertThat(run.exit()).isEqualTo(2);
    }

    @Test
    void an_alarm_of_the_domain_comes_first_and_its_text_is_the_only_advice() {
        h1.runs(WEB1).claims(WEB1, DISK, LockMode.LOCK_MODE_EXCLUSIVE).holds(lock().build());
        cluster.alarm(Alarm.newBuilder()
                .setKind(Alarm.Kind.KIND_DOUBLE_RUN)
                .setDomainUuid(WEB1.getUuid())
                .setDomainName(WEB1.getName())
                .setText("the guest runs on h1 and on h2: destroy one")
                .build());

        assertThat(why().lines().skip(1).toList())
                .startsWith("  ALARM DOUBLE_RUN of domain web1", "    -> the guest runs on h1 and on h2: destroy one")
                .filteredOn(line -> line.contains("->"))
                .hasSize(1);
    }
}
