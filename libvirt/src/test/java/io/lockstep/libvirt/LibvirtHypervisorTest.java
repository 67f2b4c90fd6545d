package io.lockstep.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.core.domain.DomainJob;
import io.lockstep.core.domain.DomainReading;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.DomainXml;
import io.lockstep.core.domain.HypervisorReading;
import io.lockstep.core.port.DeviceChange;
import io.lockstep.libvirt.nativeapi.Administrator;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LibvirtHypervisorTest {

    private static final DomainUuid NOBODY = DomainUuid.of("00000000-0000-0000-0000-00000000dead");
    private static final DomainUuid WEB = DomainUuid.of("11111111-0000-0000-0000-000000000001");
    private static final String DISK = "<disk type='block' device='disk'><source dev='/dev/vg0/data'/>"
            + "<target dev='vdb' bus='virtio'/></disk>";

    private static final String BRIEF = "<domain type='test'><name>brief</name><uuid>" + WEB
            + "</uuid><memory>1024</memory><os><type>hvm</type></os></domain>";

    private LibvirtHypervisor hypervisor = null;
    private Administrator administrator;

    @BeforeAll
    static void libvirt() {
        TestDriver.required();
    }

    private LibvirtHypervisor at(String uri) {
        hypervisor = new LibvirtHypervisor(uri, TestDriver.LONG);
        return hypervisor;
    }

    @BeforeEach
    void connect() {
        administrator = new Administrator(TestDriver.DEFAULT);
    }

    @AfterEach
    void close() {
        administrator.close();
        if (hypervisor != null) {
            hypervisor.close();
        }
    }

    @Test
    void every_active_domain_is_listed_with_its_state() {
        assertThat(TestDriver.states(at(TestDriver.file("node.xml")).read()))
                .containsOnlyKeys("web", "halted")
                .hasEntrySatisfying("web", state -> assertThat(state).startsWith("running"))
                .hasEntrySatisfying("halted", state -> assertThat(state).startsWith("paused"));
    }

    @Test
    void a_reading_has_the_live_xml_and_no_job() {
        HypervisorReading.Seen seen =
                (HypervisorReading.Seen) at(TestDriver.file("node.xml")).read();

        DomainReading web = seen.domains().stream()
                .filter(d -> d.uuid().equals(WEB))
                .findFirst()
                .orElseThrow();
        assertThat(web.job()).isEqualTo(DomainJob.NONE);
        assertThat(DomainXml.parse(web.xml().getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(DomainXml.Parsed.class, xml -> {
                    assertThat(xml.domain().name()).isEqualTo("web");
                    assertThat(xml.domain().disks()).extracting(d -> d.target()).containsExactly("vda");
                });
    }

    @Test
    void active_pools_have_their_target_paths() {
        assertThat(at(TestDriver.DEFAULT).poolTargets().orElseThrow()).containsEntry("default-pool", "/default-pool");
    }

    @Test
    void a_suspended_domain_is_paused_by_a_user() {
        at(TestDriver.DEFAULT);
        try {
            assertThat(hypervisor.suspend(TestDriver.TEST)).isTrue();
            assertThat(TestDriver.states(hypervisor.read())).containsEntry("test", "paused (user)");
        } finally {
            administrator.resume(TestDriver.TEST.toString());
        }
    }

    @Test
    void a_domain_that_does_not_exist_is_not_suspended() {
        assertThat(at(TestDriver.DEFAULT).suspend(NOBODY)).isFalse();
    }

    /** Afterwards only an event wakes: a listener that comes while the connection is opened may be woken twice. */
    private static void untilConnected(Semaphore woken) throws InterruptedException {
        assertThat(woken.tryAcquire(30, TimeUnit.SECONDS))
                .as("woken by the connect")
                .isTrue();
        boolean again = true;
        while (again) {
            again = woken.tryAcquire(1, TimeUnit.SECONDS);
        }
    }

    @Test
    void an_event_of_another_connection_wakes() throws InterruptedException {
        Semaphore woken = new Semaphore(0);
        at(TestDriver.DEFAULT).onChange(woken::release);
        untilConnected(woken);

        try (LibvirtHypervisor somebodyElse = new LibvirtHypervisor(TestDriver.DEFAULT, TestDriver.LONG)) {
            somebodyElse.suspend(TestDriver.TEST);
            assertThat(woken.tryAcquire(30, TimeUnit.SECONDS))
                    .as("woken by the event")
                    .isTrue();
            assertThat(TestDriver.states(hypervisor.read())).containsEntry("test", "paused (user)");
        } finally {
            administrator.resume(TestDriver.TEST.toString());
        }
    }

    @Test
    void a_listener_that_throws_keeps_nobody_else_from_events() throws InterruptedException {
        Semaphore woken = new Semaphore(0);
        at(TestDriver.DEFAULT).onChange(() -> {
            throw new IllegalStateException("on purpose");
        });
        hypervisor.onChange(woken::release);
        untilConnected(woken);

        administrator.create(BRIEF);
        administrator.destroy(WEB.toString());
        assertThat(woken.tryAcquire(30, TimeUnit.SECONDS))
                .as("woken by the event")
                .isTrue();
    }

    @Test
    void a_listener_that_comes_after_the_connect_is_woken_too() throws InterruptedException {
        Semaphore first = new Semaphore(0);
        at(TestDriver.DEFAULT).onChange(first::release);
        untilConnected(first);

        Semaphore second = new Semaphore(0);
        hypervisor.onChange(second::release);
        assertThat(second.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void a_domain_that_ended_is_not_listed_and_one_that_starts_is() {
        at(TestDriver.DEFAULT);
        administrator.create(BRIEF);
        assertThat(TestDriver.states(hypervisor.read())).containsKey("brief");

        administrator.destroy(WEB.toString());
        assertThat(TestDriver.states(hypervisor.read())).containsKey("test").doesNotContainKey("brief");
    }

    @Test
    void what_libvirt_refuses_is_refused_in_its_words() {
        at(TestDriver.DEFAULT);
        assertThat(hypervisor.attachDisk(NOBODY, DISK, false))
                .isInstanceOfSatisfying(
                        DeviceChange.Refused.class, r -> assertThat(r.reason()).contains("Domain not found"));
        assertThat(hypervisor.attachDisk(TestDriver.TEST, DISK, true)).isInstanceOf(DeviceChange.Refused.class);
        assertThat(hypervisor.detachDisk(TestDriver.TEST, "vda", false)).isInstanceOf(DeviceChange.Refused.class);
        assertThat(hypervisor.detachDisk(TestDriver.TEST, "vdz", false))
                .isEqualTo(new DeviceChange.Refused("test has no disk vdz"));
        assertThat(hypervisor.attachDisk(TestDriver.TEST, "<disk", false))
                .isInstanceOfSatisfying(
                        DeviceChange.Refused.class,
                        r -> assertThat(r.reason()).startsWith("the disk's XML cannot be used"));
    }

    @Test
    void after_closing_nothing_is_asked_any_more() {
        at(TestDriver.DEFAULT).read();
        hypervisor.close();

        assertThat(hypervisor.read()).isEqualTo(new HypervisorReading.Silent("the connection to libvirt was closed"));
        assertThat(hypervisor.poolTargets()).isEmpty();
    }
}
