package io.lockstep.core.rule;

import io.lockstep.core.domain.HostName;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.hook.Enforcement;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.VolumeInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/**
 * Why a live migration is not started at all, for a person: each reason with the way out.
 *
 * <p>It spares an attempt that is known to fail, and decides nothing about locks: what is not refused here may still be refused by
 * the hooks, which look at the moment when it counts.
 */
public final class MigrationRules {

    private MigrationRules() {}

    /**
     * A domain on the host that is to give it away.
     *
     * @param handover the domain's open handover there
     * @param enforcement of this domain there
     * @param volumes those that it claims, as their group's metadata describes them now
     */
    public record Source(
            HostName host,
            String domain,
            OwnDomain own,
            Optional<HandoverId> handover,
            Enforcement enforcement,
            List<VolumeInfo> volumes) {

        public Source {
            volumes = List.copyOf(volumes);
        }
    }

    /** No reason: as far as its own host can tell, it may go. */
    public static List<String> atSource(Source source) {
        List<String> reasons = new ArrayList<>();
        state(source).ifPresent(reasons::add);
        source.handover()
                .map(id -> "handover " + id
                        + " of it is still open; it closes by itself once its migration has ended: lockstepctl handover "
                        + id)
                .ifPresent(reasons::add);
        if (source.enforcement() == Enforcement.OFF) {
            reasons.add("Lockstep is off for it on " + source.host()
                    + ", so no lock would follow it: use virsh migrate, or set lockstep.enforcement there");
        }
        source.volumes().stream()
                .filter(v -> !v.shareable())
                .map(MigrationRules::unshareable)
                .forEach(reasons::add);
        return reasons;
    }

    private static Optional<String> state(Source source) {
        String host = source.host().value();
        return switch (source.own()) {
            case ACTIVE -> Optional.empty();
            case UNKNOWN ->
                Optional.of("libvirt on " + host
                        + " does not tell of it at the moment, or a hook of it is in progress: try again");
            case ABSENT -> Optional.of("it does not run on " + host + ": lockstepctl domains shows where it does");
            case OUTGOING ->
                Optional.of("a migration of it away from " + host + " is under way: virsh domjobinfo " + source.domain()
                        + " there");
            case STARTING -> Optional.of("it is just starting on " + host + ": try again");
            case PAUSED_MIGRATING ->
                Optional.of("it stands paused in a migration on " + host + ": look at lockstepctl alarms first");
            case POST_COPY, POST_COPY_PAUSED -> Optional.of("it is in a post-copy migration: wait until that ends");
            case POST_COPY_FAILED ->
                Optional.of("its post-copy migration failed: take that up again with virsh migrate --postcopy-resume");
        };
    }

    private static String unshareable(VolumeInfo volume) {
        return volume.volume() + ": LVM cannot share a volume of type " + volume.type()
                + " between hosts, so the guest cannot move while it runs: shut it down and start it on the other host,"
                + " or move the disk to a linear volume (for a snapshot or its origin: lvremove the snapshot)";
    }

    /**
     * The host that a domain is to move to, as the controller knows it.
     *
     * @param fresh whether it is connected; of any other, nothing that follows proves anything
     * @param libvirtAnswers whether its libvirt answered its agent
     * @param uri where its libvirt is reached; empty when its agent does not say
     * @param enforcement empty when its agent does not say
     * @param lockspaces by volume group, why its lockspace there is not live; empty when it is
     * @param own what is known of the domain there
     */
    public record Target(
            HostName host,
            boolean fresh,
            boolean libvirtAnswers,
            String uri,
            Optional<Enforcement> enforcement,
            Map<VgName, Optional<String>> lockspaces,
            OwnDomain own) {

        public Target {
            lockspaces = Map.copyOf(lockspaces);
        }
    }

    /**
     * No reason: as far as the controller knows, it may come.
     *
     * @param groups the volume groups that the domain uses
     */
    public static List<String> atTarget(HostName source, SortedSet<VgName> groups, Target target) {
        String host = target.host().value();
        if (target.host().equals(source)) {
            return List.of("it runs on " + host + " already");
        }
        if (!target.fresh()) {
            return List.of(host + " is unknown at the moment, and may be dead: systemctl status lockstep-agent there");
        }
        List<String> reasons = new ArrayList<>();
        if (!target.libvirtAnswers()) {
            reasons.add("libvirt on " + host + " does not answer: systemctl status libvirtd there");
        }
        if (target.uri().isEmpty()) {
            reasons.add("the agent of " + host + " does not say where its libvirt is reached: it is an older one");
        }
        if (target.enforcement().equals(Optional.of(Enforcement.OFF))) {
            reasons.add("Lockstep is off on " + host + ", so nobody would lock its volumes there: set"
                    + " lockstep.enforcement there");
        }
        if (target.own().present()) {
            reasons.add("it is active on " + host + " as well: look at lockstepctl alarms first");
        }
        groups.forEach(vg -> lockspace(vg, target).ifPresent(reasons::add));
        return reasons;
    }

    private static Optional<String> lockspace(VgName vg, Target target) {
        Optional<String> known = target.lockspaces().get(vg);
        if (known == null) {
            return Optional.of(target.host() + " does not have volume group " + vg + ", or does not manage it: vgs "
                    + vg + " there");
        }
        return known.map(why -> "the lockspace of " + vg + " is not live on " + target.host() + " (" + why
                + "): vgchange --lock-start " + vg + " there");
    }
}
