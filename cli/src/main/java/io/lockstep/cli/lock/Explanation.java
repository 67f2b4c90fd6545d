package io.lockstep.cli.lock;

import io.lockstep.cli.handover.Advice;
import io.lockstep.cli.host.Freshness;
import io.lockstep.cli.output.DomainNames;
import io.lockstep.cli.output.Durations;
import io.lockstep.cli.output.Words;
import io.lockstep.core.volume.VolumeName;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.v1.Alarm;
import io.lockstep.proto.v1.Choice;
import io.lockstep.proto.v1.Claim;
import io.lockstep.proto.v1.Drift;
import io.lockstep.proto.v1.Handover;
import io.lockstep.proto.v1.Host;
import io.lockstep.proto.v1.LockMode;
import io.lockstep.proto.v1.VolumeLock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who holds a volume and why, and what to do now. Says of nothing that it is so when only silence speaks for it.
 */
record Explanation(List<Paragraph> paragraphs) {

    /** @param advice empty when there is nothing to do */
    record Paragraph(String fact, String advice, boolean attention) {}

    static Explanation of(VolumeName volume, List<Host> hosts, List<Handover> open, Instant now) {
        List<Paragraph> paragraphs = new ArrayList<>();
        List<HostLock> locks = HostLock.of(
                hosts,
                DomainNames.of(hosts),
                v -> v.getVg().equals(volume.vg().value())
                        && v.getLv().equals(volume.lv().value()));
        List<String> unknown = hosts.stream()
                .filter(h -> !Freshness.fresh(h))
                .map(Host::getName)
                .toList();
        if (locks.stream().noneMatch(l -> l.lock().getMode() != LockMode.LOCK_MODE_UNLOCKED)) {
            paragraphs.add(nobody(volume, unknown));
        }
        for (HostLock held : locks) {
            Situation situation = Situation.of(held, open);
            paragraphs.add(new Paragraph(
                    fact(held, situation, now),
                    advice(volume, held, situation),
                    !(situation instanceof Situation.ClaimedByActive
                            || situation instanceof Situation.InHandover(Handover h) && h.getAttentionCount() == 0)));
            held.drifts().forEach(d -> paragraphs.add(new Paragraph(drift(held.host(), d, now), "", true)));
        }
        List<String> silent = unknown.stream()
                .filter(h -> locks.stream().noneMatch(l -> l.host().getName().equals(h)))
                .toList();
        if (!silent.isEmpty() && !locks.isEmpty() && locks.stream().noneMatch(Explanation::excludesOthers)) {
            paragraphs.add(new Paragraph(
                    "unknown at the moment: " + String.join(", ", silent) + ", which may hold it too",
                    "check there: systemctl status lockstep-agent",
                    true));
        }
        return new Explanation(List.copyOf(paragraphs));
    }

    /**
     * With the alarms of the domains that claim the volume in front. While one stands its text says what to do, and nothing else
     * may: waiting for a handover is wrong advice while a guest runs twice.
     */
    Explanation alarmed(VolumeName volume, List<Host> hosts, List<Alarm> alarms) {
        Set<String> domains = hosts.stream()
                .flatMap(h -> h.getInventory().getClaimsList().stream())
                .filter(c -> c.getVolume().getVg().equals(volume.vg().value())
                        && c.getVolume().getLv().equals(volume.lv().value()))
                .map(Claim::getDomainUuid)
                .collect(Collectors.toSet());
        List<Paragraph> all = new ArrayList<>();
        alarms.stream()
                .filter(a -> domains.contains(a.getDomainUuid()))
                .forEach(a -> all.add(new Paragraph(
                        "ALARM " + Words.of(a.getKind()) + " of domain " + a.getDomainName(),
                        a.getText() + choices(a.getChoicesList()),
                        true)));
        boolean alarmed = !all.isEmpty();
        paragraphs.forEach(p -> all.add(alarmed ? new Paragraph(p.fact(), "", p.attention()) : p));
        return new Explanation(List.copyOf(all));
    }

    private static String choices(List<Choice> choices) {
        return choices.isEmpty()
                ? ""
                : ". Choices: " + choices.stream().map(Advice::choice).collect(Collectors.joining("; "));
    }

    /** Nobody else can hold what a live lock manager shows as EXCLUSIVE. */
    private static boolean excludesOthers(HostLock held) {
        return held.lock().getMode() == LockMode.LOCK_MODE_EXCLUSIVE && held.counts() && Freshness.fresh(held.host());
    }

    private static Paragraph nobody(VolumeName volume, List<String> unknown) {
        return unknown.isEmpty()
                ? new Paragraph(
                        "nobody holds " + volume,
                        "a domain that needs it can start; should it not exist at all: lvs " + volume,
                        false)
                : new Paragraph(
                        "no connected host holds " + volume + ", but " + String.join(", ", unknown)
                                + " may: unknown at the moment",
                        "check there: systemctl status lockstep-agent. When such a host is dead, the lock manager grants its"
                                + " volumes to others after two to four minutes, with no hand needed",
                        true);
    }

    private static String fact(HostLock held, Situation situation, Instant now) {
        VolumeLock lock = held.lock();
        String verb = situation instanceof Situation.LastKnown ? " held it " : " holds it ";
        String how = lock.getMode() == LockMode.LOCK_MODE_UNLOCKED
                ? " has it active without a lock"
                : verb + Words.of(lock.getMode());
        String since = lock.hasSince() ? " since " + Durations.ago(Protos.time(lock.getSince()), now) : "";
        String whom = held.claims().isEmpty() ? ", for no domain" : ", for domain " + held.domains();
        return held.host().getName() + how + since + whom + detail(held, situation, now);
    }

    private static String detail(HostLock held, Situation situation, Instant now) {
        return switch (situation) {
            case Situation.LastKnown() ->
                held.host().hasSeenAt()
                        ? "; that was " + Durations.ago(Protos.time(held.host().getSeenAt()), now)
                                + ", the host is unknown since and this proves nothing"
                        : "; the host is unknown and this proves nothing";
            case Situation.LockspaceDoubtful(boolean ignored, String reason) ->
                "; its lockspace is not live: " + reason;
            case Situation.InHandover(Handover h) ->
                "; in handover " + h.getRef().getId() + " from " + h.getSource() + " to " + h.getTarget() + ", phase "
                        + Words.of(h.getPhase());
            case Situation.ClaimedByActive(String ignored, var state) ->
                state.map(s -> ", which is " + s).orElse("; libvirt does not answer there");
            case Situation.ClaimedByAbsent(String ignored) -> ", which is not active there";
            case Situation.ActiveWithoutLock() -> "; another host may take it";
            case Situation.Leaked() -> "; it is not active there, the lock was left behind";
            case Situation.OpenUnclaimed() -> "; a process has it open";
            case Situation.ClosedUnclaimed() -> "; closed";
        };
    }

    private static String advice(VolumeName volume, HostLock held, Situation situation) {
        String host = held.host().getName();
        return switch (situation) {
            case Situation.LastKnown() ->
                "check " + host
                        + ": systemctl status lockstep-agent. When it is dead, the lock manager grants its volumes to"
                        + " others after two to four minutes, with no hand needed";
            case Situation.LockspaceDoubtful(boolean started, String ignored) ->
                started
                        ? "look at the lock manager on " + host + ": sanlock client status -D, lvmlockctl --info"
                        : "start it on " + host + ": vgchange --lock-start " + volume.vg();
            case Situation.InHandover(Handover h) ->
                h.getAttentionCount() == 0
                        ? "wait until it closes: lockstepctl handover "
                                + h.getRef().getId()
                        : "look at it: " + String.join("; ", h.getAttentionList()) + choices(h.getChoicesList());
            case Situation.ClaimedByActive(String domain, var ignored) ->
                "the lock follows the domain: stop " + domain + " on " + host
                        + " (virsh shutdown) or migrate it (virsh migrate" + " --live)";
            case Situation.ClaimedByAbsent(String ignored) ->
                "the agent ends such a claim by itself; at once: lockstepctl reconcile --host " + host;
            case Situation.ActiveWithoutLock() ->
                held.claims().isEmpty()
                        ? "deactivate it on " + host + ": lvchange -an " + volume
                        : "have its lock taken again: lockstepctl reconcile --host " + host;
            case Situation.Leaked() -> "lockstepctl reconcile --host " + host;
            case Situation.OpenUnclaimed() ->
                "find out who has it open on " + host + ": lsof /dev/" + volume
                        + ", dmsetup ls --tree; when closed: lockstepctl" + " release " + volume + " --host " + host;
            case Situation.ClosedUnclaimed() -> "lockstepctl release " + volume + " --host " + host;
        };
    }

    private static String drift(Host host, Drift drift, Instant now) {
        return "drift on " + host.getName() + ": " + Words.of(drift.getKind()) + ", " + Words.meaning(drift.getKind())
                + (drift.hasSince() ? ", since " + Durations.ago(Protos.time(drift.getSince()), now) : "")
                + (drift.getRefusal().isEmpty() ? "" : "; its correction was refused: " + drift.getRefusal());
    }
}
