package io.lockstep.controller.handover;

import io.lockstep.controller.handover.BeginOutcome.Code;
import io.lockstep.controller.handover.BeginOutcome.Refused;
import io.lockstep.controller.handover.SourceSearch.Finding;
import io.lockstep.controller.host.ShareAnswer;
import io.lockstep.controller.host.VolumeResult;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.handover.Side;
import io.lockstep.core.volume.HostId;
import io.lockstep.core.volume.LockResult;
import java.util.List;
import java.util.stream.Collectors;

/** What virsh shows when a migration may not start: what is refused, why, and what to do. One line each. */
final class Refusals {

    private Refusals() {}

    static Refused activeTwice(BeginOrder order, Finding.ActiveTwice twice) {
        return Refused.because(
                Code.ACTIVE_TWICE,
                "domain " + order.domainName() + " is active on " + names(twice.hosts())
                        + " at once. Do not migrate it: find out which one is the guest (virsh domstate --reason "
                        + order.domainName() + " on each) and destroy the other");
    }

    static Refused activeOnTarget(BeginOrder order) {
        return Refused.because(
                Code.ACTIVE_ON_TARGET,
                "domain " + order.domainName() + " is active on " + order.target()
                        + " already. If it is the same guest there is nothing to migrate; otherwise two guests have the UUID "
                        + order.domain());
    }

    static Refused hostsUnknown(BeginOrder order, List<String> unknown) {
        return Refused.because(
                Code.HOSTS_UNKNOWN,
                "no host that answers runs domain " + order.domainName() + ", and it may run on one that does not: "
                        + String.join(", ", unknown)
                        + ". Bring that agent back (systemctl status lockstep-agent there), then migrate again");
    }

    static Refused hostsMissing(BeginOrder order) {
        return Refused.because(
                Code.HOSTS_UNKNOWN,
                "no host that has registered runs domain " + order.domainName()
                        + ", and the controller has just started:"
                        + " others may not have registered again yet. Migrate again in a minute");
    }

    static Refused handoverOpen(BeginOrder order, Handover open) {
        String waiting = open.unclosed().stream()
                .map(s -> open.host(s) + " (" + (s == Side.SOURCE ? "source" : "target") + ", "
                        + open.side(s).progress()
                        + (open.side(s).attention().isEmpty()
                                ? ""
                                : ": " + open.side(s).attention())
                        + ")")
                .collect(Collectors.joining(" and "));
        return Refused.because(
                Code.HANDOVER_OPEN,
                "handover " + open.id() + " of domain " + order.domainName() + " from " + open.source() + " to "
                        + open.target() + " is still open"
                        + (waiting.isEmpty() ? "" : ", waiting for " + waiting)
                        + ". It closes by itself once that migration has ended; look at it with lockstepctl handover "
                        + open.id());
    }

    static Refused anotherBegin(BeginOrder order) {
        return Refused.because(
                Code.HANDOVER_OPEN,
                "another migration of domain " + order.domainName()
                        + " is being opened at this moment. Try again when it is over");
    }

    static Refused sourceRefused(BeginOrder order, HostName source, ShareAnswer.Refused refused) {
        List<VolumeResult> failed =
                refused.results().stream().filter(r -> !r.result().granted()).toList();
        String why = failed.isEmpty()
                ? refused.reason()
                : failed.stream()
                        .map(r -> r.volume() + ": " + words(r, source, order.target()))
                        .collect(Collectors.joining("; "));
        return new Refused(
                Code.SOURCE_REFUSED,
                "host " + source + " cannot share the volumes of domain " + order.domainName() + ": " + why,
                refused.results());
    }

    static Refused staleForEver(BeginOrder order, HostName source) {
        return Refused.because(
                Code.SOURCE_REFUSED,
                "host " + source + " has seen ever higher epochs for domain " + order.domainName()
                        + ": is another controller opening handovers of it? Try again when it is quiet");
    }

    static Refused sourceSilent(BeginOrder order, HostName source, String why) {
        return Refused.because(
                Code.SOURCE_SILENT,
                "the agent of host " + source + ", which runs domain " + order.domainName()
                        + ", did not answer in time (" + why
                        + "). Nothing was changed on " + order.target()
                        + "; the source settles by itself. Look at it with"
                        + " systemctl status lockstep-agent on " + source + ", then migrate again");
    }

    private static String words(VolumeResult failed, HostName source, HostName target) {
        String volume = failed.volume().toString();
        return switch (failed.result()) {
            case LockResult.Granted granted -> granted.reason();
            case LockResult.NotShareable type ->
                "LVM cannot share a volume of type " + type.type() + " between hosts, so the guest cannot move while it"
                        + " runs. Shut it down and start it on " + target
                        + ", or move the disk to a linear volume (for a snapshot or its origin: lvremove the snapshot)";
            case LockResult.HeldElsewhere held ->
                "another host holds its lock"
                        + held.holder()
                                .map(HostId::toString)
                                .map(h -> " (" + h + ")")
                                .orElse("") + ". See who with lockstepctl why " + volume;
            case LockResult.InUse use -> use.reason() + " on " + source;
            case LockResult.NotActivated skipped -> skipped.reason();
            case LockResult.LockspaceDown down ->
                "the lockspace of " + failed.volume().vg() + " is not usable on " + source + ": " + down.detail()
                        + ". Mend that there first";
            case LockResult.NoSuchVolume missing ->
                missing.reason() + " on " + source + ": was it removed or made again under the same name?";
            case LockResult.Stuck stuck -> stuck.reason() + " on " + source + ": look at its storage";
            case LockResult.Unknown unknown -> unknown.reason();
        };
    }

    private static String names(List<HostName> hosts) {
        return hosts.stream().map(HostName::value).collect(Collectors.joining(" and "));
    }
}
