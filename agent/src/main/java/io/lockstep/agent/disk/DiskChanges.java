package io.lockstep.agent.disk;

import io.lockstep.agent.claim.Claiming;
import io.lockstep.agent.claim.Policy;
import io.lockstep.agent.claim.Refusals;
import io.lockstep.agent.claim.Volumes;
import io.lockstep.agent.lane.Lanes;
import io.lockstep.agent.libvirt.DomainWatch;
import io.lockstep.agent.state.StateStore;
import io.lockstep.agent.work.Deadline;
import io.lockstep.core.domain.DiskXml;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.port.Hypervisor;
import io.lockstep.core.volume.Volume;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Disks of running domains, attached and detached at a person's word.
 *
 * <p>Guarantees: one change of a domain at a time, and a second one is refused instead of waiting; no hook ever waits for one.
 */
public final class DiskChanges {

    private final RunningDomains domains;
    private final Attaching attaching;
    private final Detaching detaching;
    private final Runnable wake;

    /** One change of a domain at a time. Held while libvirt works, so nothing that answers a hook may want it. */
    private final Map<DomainUuid, ReentrantLock> changing = new ConcurrentHashMap<>();

    /** @param lookGap how long after a look the next one counts as another */
    public record Parts(
            Policy policy,
            StateStore state,
            Lanes lanes,
            Volumes volumes,
            DomainWatch watch,
            Claiming claiming,
            Refusals refusals,
            Hypervisor hypervisor,
            Claiming.Pause pause,
            Duration lookGap) {}

    /** Which disk of a domain. */
    public sealed interface Which {
        /** By the device's name, for example {@code vdb}. */
        record Target(String name) implements Which {}

        /** By the volume that it uses. */
        record On(Volume volume) implements Which {}
    }

    /**
     * @param settle brings the claims in step with what was seen last
     * @param wake wakes the reconciliation, soon and elsewhere
     */
    public DiskChanges(Parts parts, Runnable settle, Runnable wake) {
        this.domains = new RunningDomains(parts.watch(), parts.state(), parts.volumes());
        this.attaching = new Attaching(
                domains,
                parts.watch().hooks(),
                parts.policy(),
                parts.claiming(),
                parts.refusals(),
                parts.hypervisor(),
                parts.pause());
        this.detaching = new Detaching(
                domains, parts.state(), parts.lanes(), parts.hypervisor(), parts.pause(), parts.lookGap(), settle);
        this.wake = wake;
    }

    /**
     * Claims and locks the volumes of a disk, and plugs it in. Blocks as long as libvirt takes.
     *
     * @param domain a UUID or a name
     * @param deadline for the locks; once libvirt was asked, its answer is waited for
     */
    public DiskResult attach(String domain, DiskXml disk, boolean persistent, Deadline deadline) {
        return alone(domain, here -> attaching.attach(here, disk, persistent, deadline));
    }

    /**
     * Unplugs a disk, and releases its volumes once libvirt does not show it any more. Blocks as long as libvirt takes.
     *
     * @param domain a UUID or a name
     * @param wait how long the guest may take to let go of it
     */
    public DiskResult detach(String domain, Which disk, boolean persistent, Deadline wait) {
        return alone(domain, here -> detaching.detach(here, disk, persistent, wait));
    }

    private DiskResult alone(String wanted, Function<RunningDomains.Found.Here, DiskResult> change) {
        return switch (domains.find(wanted)) {
            case RunningDomains.Found.NotHere not -> not.result();
            case RunningDomains.Found.Here here -> alone(here, change);
        };
    }

    private DiskResult alone(RunningDomains.Found.Here here, Function<RunningDomains.Found.Here, DiskResult> change) {
        ReentrantLock mine = changing.computeIfAbsent(here.reading().uuid(), d -> new ReentrantLock());
        if (!mine.tryLock()) {
            return DiskResult.of(
                    DiskResult.Kind.REFUSED,
                    "another attach-disk or detach-disk of domain "
                            + here.reading().name() + " is under way; try again when it has ended",
                    here.reading(),
                    "");
        }
        try {
            return change.apply(here);
        } finally {
            mine.unlock();
            wake.run();
        }
    }
}
