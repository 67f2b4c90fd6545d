package io.lockstep.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.agent.disk.DiskChanges;
import io.lockstep.agent.disk.DiskResult;
import io.lockstep.agent.work.Deadline;
import io.lockstep.core.domain.DiskXml;
import io.lockstep.core.volume.LockMode;
import io.lockstep.simulator.libvirt.GuestDefinition;
import io.lockstep.simulator.libvirt.MigrationOptions;
import io.lockstep.simulator.libvirt.MigrationPhase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks that a domain gets or loses while it runs: by the agent, and behind its back. */
class DisksTest {

    private static final GuestDefinition WEB = GuestDefinition.named("web").disks("/dev/vg0/a");
    private static final GuestDefinition DB = GuestDefinition.named("db").disks("/dev/vg0/b");

    @TempDir
    Path directory;

    private TestCluster cluster;

    @BeforeEach
    void build() {
        cluster = new TestCluster(directory, "vg0/a", "vg0/b", "vg0/x", "vg0/y");
        for (String host : new String[] {"h1", "h2"}) {
            cluster.host(host).virsh().define(WEB.xml());
            cluster.host(host).virsh().define(DB.xml());
        }
        cluster.host("h1").virsh().start("web");
        cluster.rest();
    }

    private static DiskXml disk(String volume, String target, boolean readOnly, boolean shareable) {
        return DiskXml.of(
                "/dev/" + volume,
                target,
                new DiskXml.Options("virtio", "raw", "none", Optional.empty(), readOnly, shareable));
    }

    private Deadline in(Duration time) {
        return Deadline.in(time, cluster.cluster().time());
    }

    private DiskResult attach(String domain, DiskXml disk) {
        return cluster.on("h1").agent().disks().attach(domain, disk, false, in(Duration.ofSeconds(30)));
    }

    private DiskResult attach(String volume, String target) {
        return attach("web", disk(volume, target, false, false));
    }

    private DiskResult detach(DiskChanges.Which which) {
        return cluster.on("h1").agent().disks().detach("web", which, false, in(Duration.ofSeconds(5)));
    }

    private DiskResult detach(String target) {
        return detach(new DiskChanges.Which.Target(target));
    }

    private String live() {
        return cluster.host("h1").virsh().dumpxml("web").out();
    }

    private void refused(DiskResult result, String... words) {
        assertThat(result.kind()).as(result.reason()).isEqualTo(DiskResult.Kind.REFUSED);
        assertThat(List.of(words)).allSatisfy(w -> assertThat(result.reason()).contains(w));
    }

    private void atRest() {
        cluster.rest();
        assertThat(cluster.cluster().invariants().always()).isEmpty();
        assertThat(cluster.cluster().invariants().quietMeansExact()).isEmpty();
    }

    // Attached by the agent

    @Test
    void an_attached_disk_is_locked_first_and_stays_locked() {
        DiskResult result = attach("vg0/x", "vdb");

        assertThat(result.kind()).as(result.reason()).isEqualTo(DiskResult.Kind.DONE);
        assertThat(result.reason()).isEqualTo("attached; vg0/x EXCLUSIVE");
        assertThat(live()).contains("/dev/vg0/x", "cache='none'");
        assertThat(cluster.locks("vg0/x")).isEqualTo("h1 ex h2 un h3 un");
        atRest();
        assertThat(cluster.locks("vg0/x")).isEqualTo("h1 ex h2 un h3 un");
    }

    @Test
    void a_read_only_or_shareable_disk_is_locked_shared() {
        assertThat(attach("web", disk("vg0/x", "vdb", true, false)).reason()).isEqualTo("attached; vg0/x SHARED");
        assertThat(attach("web", disk("vg0/y", "vdc", false, true)).reason()).isEqualTo("attached; vg0/y SHARED");

        atRest();
        assertThat(cluster.locks("vg0/x")).isEqualTo("h1 sh h2 un h3 un");
        assertThat(cluster.locks("vg0/y")).isEqualTo("h1 sh h2 un h3 un");
    }

    @Test
    void a_disk_of_a_domain_that_runs_is_found_by_its_uuid_too() {
        assertThat(attach(WEB.uuid().toString(), disk("vg0/x", "vdb", false, false))
                        .kind())
                .isEqualTo(DiskResult.Kind.DONE);
    }

    @Test
    void a_persistent_disk_is_there_after_the_next_start() {
        cluster.on("h1")
                .agent()
                .disks()
                .attach("web", disk("vg0/x", "vdb", false, false), true, in(Duration.ofSeconds(30)));
        cluster.host("h1").virsh().destroy("web");
        cluster.rest();
        assertThat(cluster.locks("vg0/x")).isEqualTo("h1 un h2 un h3 un");

        cluster.host("h1").virsh().start("web");

        assertThat(cluster.locks("vg0/x")).isEqualTo("h1 ex h2 un h3 un");
        atRest();
    }

    @Test
    void what_another_host_holds_is_not_attached_and_leaves_nothing() {
        cluster.host("h2").lvchange(LockMode.EXCLUSIVE, "vg0/x");

        refused(attach("vg0/x", "vdb"), "vg0/x: held EXCLUSIVE on h2", "lockstepctl release vg0/x there");

        assertThat(live()).doesNotContain("/dev/vg0/x");
        assertThat(cluster.locks("vg0/x")).isEqualTo("h1 un h2 ex h3 un");
        assertThat(cluster.on("h1").agent().state().claims().values())
                .allSatisfy(c -> assertThat(c.modes().keySet())
                        .noneMatch(v -> v.toString().equals("vg0/x")));
    }

    @Test
    void what_another_domain_here_claims_is_not_attached() {
        cluster.host("h1").virsh().start("db");
        cluster.rest();

        refused(attach("vg0/b", "vdb"), "vg0/b is claimed EXCLUSIVE on this host by domain db");

        atRest();
    }

    @Test
    void what_libvirt_refuses_is_given_back() {
        DiskXml twice = disk("vg0/x", "vda", false, false);
        refused(attach("web", twice), "domain web has a disk vda already");

        cluster.host("h1").virsh().attachDisk("web", "/tmp/file.img", "vdb");
        refused(
                attach("web", read("""
                        <disk type='block'><source dev='/dev/vg0/x'/>
                          <backingStore type='block'><source dev='/dev/vg0/nosuch'/></backingStore>
                          <target dev='vdc' bus='virtio'/></disk>""")),
                "libvirt: Cannot access storage file '/dev/vg0/nosuch'",
                "the locks were given back");

        assertThat(cluster.locks("vg0/x")).isEqualTo("h1 un h2 un h3 un");
        atRest();
    }

    @Test
    void a_lock_that_a_person_had_before_is_what_it_was_after_a_refusal() {
        cluster.host("h1").lvchange(LockMode.SHARED, "vg0/x");

        refused(attach("web", read("""
                <disk type='block'><source dev='/dev/vg0/x'/>
                  <backingStore type='block'><source dev='/dev/vg0/nosuch'/></backingStore>
                  <target dev='vdc' bus='virtio'/></disk>""")));
        cluster.rest();

        assertThat(cluster.locks("vg0/x")).isEqualTo("h1 sh h2 un h3 un");
    }

    private static DiskXml read(String xml) {
        try {
            return DiskXml.read(xml);
        } catch (io.lockstep.core.xml.XmlRefusedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_disk_without_a_volume_of_ours_and_a_volume_that_the_domain_has_are_refused() {
        refused(
                attach("web", read("<disk type='file'><source file='/tmp/x'/><target dev='vdb'/></disk>")),
                "uses no volume of a shared volume group",
                "virsh");
        refused(attach("vg0/a", "vdb"), "domain web uses vg0/a already, as vda");
    }

    @Test
    void a_domain_that_does_not_run_here_is_refused_with_the_way_out() {
        refused(attach("db", disk("vg0/x", "vdb", false, false)), "domain db does not run on this host", "--config");
    }

    @Test
    void a_silent_libvirt_is_asked_for_nothing() {
        cluster.host("h1").libvirtd().killDaemon();

        refused(attach("vg0/x", "vdb"), "libvirt on this host does not answer");

        assertThat(cluster.locks("vg0/x")).isEqualTo("h1 un h2 un h3 un");
    }

    @Test
    void a_state_that_cannot_be_saved_attaches_nothing() throws Exception {
        Path state = cluster.on("h1").stateFile();
        Files.delete(state);
        Files.createDirectories(state.resolve("in the way"));

        refused(attach("vg0/x", "vdb"), "the state file");

        assertThat(live()).doesNotContain("/dev/vg0/x");
        assertThat(cluster.locks("vg0/x")).isEqualTo("h1 un h2 un h3 un");
    }

    @Test
    void while_a_domain_migrates_its_disks_stay_what_they_are() {
        List<DiskResult> results = new ArrayList<>();
        cluster.host("h1")
                .migrate("web", cluster.host("h2"), MigrationOptions.live().at(MigrationPhase.COPYING, () -> {
                    results.add(attach("vg0/x", "vdb"));
                    results.add(detach("vda"));
                }));

        assertThat(results).hasSize(2);
        results.forEach(r -> refused(r, "domain web is in handover", "with h2", "lockstepctl handover "));
        atRest();
        assertThat(cluster.locks("vg0/a")).isEqualTo("h1 un h2 ex h3 un");
        assertThat(cluster.locks("vg0/x")).isEqualTo("h1 un h2 un h3 un");
    }

    @Test
    void looks_while_libvirt_works_do_not_end_the_claim() {
        cluster.on("h1").beforeAttach(() -> cluster.pass(Duration.ofSeconds(15)));

        assertThat(attach("vg0/x", "vdb").kind()).isEqualTo(DiskResult.Kind.DONE);

        atRest();
        assertThat(cluster.locks("vg0/x")).isEqualTo("h1 ex h2 un h3 un");
    }

    @Test
    void an_agent_that_dies_between_lock_and_disk_leaves_nothing_for_ever() {
        cluster.on("h1").beforeAttach(() -> {
            cluster.on("h1").kill();
            throw new IllegalStateException("killed");
        });
        try {
            attach("vg0/x", "vdb");
        } catch (IllegalStateException e) {
            assertThat(e).hasMessage("killed");
        }
        assertThat(cluster.locks("vg0/x")).isEqualTo("h1 ex h2 un h3 un");

        cluster.on("h1").restart();

        atRest();
        assertThat(cluster.locks("vg0/x")).isEqualTo("h1 un h2 un h3 un");
        assertThat(cluster.locks("vg0/a")).isEqualTo("h1 ex h2 un h3 un");
    }

    @Test
    void a_libvirt_that_dies_while_it_attaches_leaves_what_its_xml_shows() {
        cluster.on("h1").beforeAttach(() -> cluster.host("h1").libvirtd().killDaemon());

        DiskResult result = attach("vg0/x", "vdb");

        assertThat(result.kind()).isEqualTo(DiskResult.Kind.UNKNOWN);
        assertThat(cluster.locks("vg0/x")).isEqualTo("h1 ex h2 un h3 un");
        cluster.rest();
        assertThat(cluster.locks("vg0/x")).isEqualTo("h1 ex h2 un h3 un");

        cluster.host("h1").libvirtd().startDaemon();
        atRest();
        assertThat(cluster.locks("vg0/x")).isEqualTo("h1 un h2 un h3 un");
    }

    @Test
    void a_guest_that_stops_while_it_gets_a_disk_leaves_nothing() {
        cluster.on("h1").beforeAttach(() -> cluster.host("h1").virsh().destroy("web"));

        refused(attach("vg0/x", "vdb"), "libvirt: ");

        atRest();
        assertThat(cluster.locks("vg0/a")).isEqualTo("h1 un h2 un h3 un");
        assertThat(cluster.locks("vg0/x")).isEqualTo("h1 un h2 un h3 un");
    }

    @Test
    void a_second_change_of_the_domain_meanwhile_is_refused() {
        List<DiskResult> second = new ArrayList<>();
        cluster.on("h1").beforeAttach(() -> {
            Thread other = Thread.ofVirtual().start(() -> second.add(attach("vg0/y", "vdc")));
            try {
                other.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });

        assertThat(attach("vg0/x", "vdb").kind()).isEqualTo(DiskResult.Kind.DONE);

        assertThat(second).hasSize(1);
        refused(second.getFirst());
        atRest();
    }

    // Detached by the agent

    @Test
    void a_detached_disk_is_released() {
        attach("vg0/x", "vdb");

        DiskResult result = detach("vdb");

        assertThat(result.kind()).as(result.reason()).isEqualTo(DiskResult.Kind.DONE);
        assertThat(result.reason()).isEqualTo("detached; vg0/x released");
        assertThat(live()).doesNotContain("/dev/vg0/x");
        assertThat(cluster.locks("vg0/x")).isEqualTo("h1 un h2 un h3 un");
        assertThat(cluster.locks("vg0/a")).isEqualTo("h1 ex h2 un h3 un");
        atRest();
    }

    @Test
    void a_disk_can_be_named_by_its_volume() {
        attach("vg0/x", "vdb");

        DiskResult result = detach(new DiskChanges.Which.On(
                cluster.cluster().disk().volume(io.lockstep.core.volume.VolumeName.of("vg0/x"))));

        assertThat(result.kind()).as(result.reason()).isEqualTo(DiskResult.Kind.DONE);
        assertThat(result.target()).isEqualTo("vdb");
    }

    @Test
    void a_guest_that_keeps_its_disk_keeps_its_lock_until_it_lets_go() {
        attach("vg0/x", "vdb");
        cluster.host("h1").libvirtd().guestKeepsDisks("web", true);

        DiskResult result = detach("vdb");

        assertThat(result.kind()).isEqualTo(DiskResult.Kind.INCOMPLETE);
        assertThat(result.reason()).contains("requested, the guest has not released it yet; the lock stays");
        cluster.rest();
        assertThat(cluster.locks("vg0/x")).isEqualTo("h1 ex h2 un h3 un");

        cluster.host("h1").libvirtd().guestKeepsDisks("web", false);

        atRest();
        assertThat(cluster.locks("vg0/x")).isEqualTo("h1 un h2 un h3 un");
    }

    @Test
    void a_disk_that_is_not_there_is_refused_with_those_that_are() {
        refused(detach("vdz"), "domain web has no such disk on a shared volume; it has vda (vg0/a)");
    }

    @Test
    void a_volume_that_another_domain_shares_stays_locked_for_it() {
        GuestDefinition reader = GuestDefinition.named("reader").shareableDisk("/dev/vg0/x");
        cluster.host("h1").virsh().create(reader.xml());
        cluster.rest();
        attach("web", disk("vg0/x", "vdb", false, true));

        DiskResult result = detach("vdb");

        assertThat(result.kind()).as(result.reason()).isEqualTo(DiskResult.Kind.DONE);
        assertThat(result.reason()).isEqualTo("detached; vg0/x stays locked for domain reader");
        atRest();
        assertThat(cluster.locks("vg0/x")).isEqualTo("h1 sh h2 un h3 un");
    }

    // Behind the agent's back

    @Test
    void a_disk_that_virsh_attaches_is_claimed_and_one_that_it_detaches_is_released() {
        cluster.host("h1").lvchange(LockMode.SHARED, "vg0/x");
        cluster.host("h1").virsh().attachDisk("web", "/dev/vg0/x", "vdb");
        cluster.rest();
        assertThat(cluster.locks("vg0/x")).isEqualTo("h1 ex h2 un h3 un");

        cluster.host("h1").virsh().detachDisk("web", "vdb");

        atRest();
        assertThat(cluster.locks("vg0/x")).isEqualTo("h1 un h2 un h3 un");
    }

    @Test
    void what_a_disk_is_copied_to_is_claimed_while_the_copy_runs_and_released_when_it_is_given_up() {
        cluster.host("h1").lvchange(LockMode.SHARED, "vg0/x");
        assertThat(cluster.host("h1")
                        .virsh()
                        .blockCopy("web", "vda", "/dev/vg0/x")
                        .exit())
                .isZero();
        cluster.rest();
        assertThat(live()).contains("<mirror");
        assertThat(cluster.locks("vg0/a")).isEqualTo("h1 ex h2 un h3 un");
        assertThat(cluster.locks("vg0/x")).isEqualTo("h1 ex h2 un h3 un");

        cluster.host("h1").virsh().blockJob("web", "vda", false);

        atRest();
        assertThat(cluster.locks("vg0/a")).isEqualTo("h1 ex h2 un h3 un");
        assertThat(cluster.locks("vg0/x")).isEqualTo("h1 un h2 un h3 un");
    }

    @Test
    void after_a_pivot_the_copy_is_the_disk_and_the_old_one_is_released() {
        cluster.host("h1").lvchange(LockMode.EXCLUSIVE, "vg0/x");
        cluster.host("h1").virsh().blockCopy("web", "vda", "/dev/vg0/x");
        cluster.rest();

        assertThat(cluster.host("h1").virsh().blockJob("web", "vda", true).exit())
                .isZero();

        atRest();
        assertThat(live()).contains("/dev/vg0/x").doesNotContain("/dev/vg0/a", "<mirror");
        assertThat(cluster.locks("vg0/a")).isEqualTo("h1 un h2 un h3 un");
        assertThat(cluster.locks("vg0/x")).isEqualTo("h1 ex h2 un h3 un");
    }
}
