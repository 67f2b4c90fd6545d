package io.lockstep.core.rule;

import io.lockstep.core.domain.HostName;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.handover.HandoverAlarms;
import io.lockstep.core.handover.HandoverAlarms.Look;
import io.lockstep.core.handover.HandoverId;
import io.lockstep.core.handover.Side;
import io.lockstep.core.volume.VolumeName;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.regex.Pattern;

/**
 * What a person can safely do when both sides of a handover show something wrong. Nothing here resumes a guest: which of two may go
 * on is never known from outside.
 */
public final class Choices {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.+-]+");

    private Choices() {}

    /**
     * @param domain its name
     * @param hosts that the alarm names
     * @param seen what the looks of the alarm showed
     */
    public static List<Choice> of(HandoverAlarms.Kind kind, String domain, SortedSet<HostName> hosts, List<Look> seen) {
        return switch (kind) {
            case DOUBLE_RUN -> doubleRun(domain, hosts);
            case LEFT_OVER -> leftOver(domain, seen);
            case THIRD_HOST -> doubleRun(domain, hosts);
        };
    }

    private static List<Choice> doubleRun(String domain, SortedSet<HostName> hosts) {
        List<Choice> choices = new ArrayList<>();
        for (HostName host : hosts) {
            choices.add(Choice.anywhere(
                    "have the guest on " + host
                            + " write no more while you find out which one is to stay; nothing resumes it",
                    "lockstepctl suspend " + word(domain) + " --host " + host));
        }
        for (HostName host : hosts) {
            choices.add(Choice.on(
                    host, "give up the guest on " + host + ", and keep the other", "virsh destroy " + word(domain)));
        }
        return choices;
    }

    /** Without looks, as after a restart of the controller, nobody says which one is left over. */
    private static List<Choice> leftOver(String domain, List<Look> seen) {
        return seen.stream()
                .filter(l -> l.domain() == OwnDomain.PAUSED_MIGRATING)
                .map(l -> Choice.on(
                        l.host(),
                        "never resume what stands paused on " + l.host() + ", but remove it: the guest runs elsewhere",
                        "virsh destroy " + word(domain)))
                .toList();
    }

    /**
     * What to do about a side that says that a person should look, by what it sees.
     *
     * @param host of that side
     * @param peer the other host
     */
    public static List<Choice> attention(
            String domain, HandoverId handover, Side side, HostName host, HostName peer, OwnDomain own) {
        HostName source = side == Side.SOURCE ? host : peer;
        HostName target = side == Side.SOURCE ? peer : host;
        List<Choice> choices = new ArrayList<>();
        switch (own) {
            case OUTGOING, STARTING, POST_COPY, POST_COPY_PAUSED -> {
                choices.add(Choice.on(source, "see whether it still gets on", "virsh domjobinfo " + word(domain)));
                if (own == OwnDomain.OUTGOING || own == OwnDomain.STARTING) {
                    choices.add(Choice.on(
                            source, "cancel it: the guest goes on there", "virsh domjobabort " + word(domain)));
                }
            }
            case POST_COPY_FAILED ->
                choices.add(Choice.on(
                        source,
                        "take it up again, with the URI that the migration had",
                        "virsh migrate --postcopy-resume " + word(domain) + " qemu+ssh://" + target + "/system"));
            case PAUSED_MIGRATING ->
                choices.add(Choice.on(
                        peer,
                        "see whether the guest runs there: if so, what stands paused on " + host
                                + " is left over, and is to be destroyed and never resumed",
                        "virsh domstate --reason " + word(domain)));
            case ACTIVE, ABSENT, UNKNOWN ->
                choices.add(Choice.anywhere("see what each side waits for", "lockstepctl handover " + handover));
        }
        return choices;
    }

    /** What to do about a guest that runs without its locks: see who has them, and stop one of the two. */
    public static List<Choice> unprotected(String domain, HostName host, List<VolumeName> volumes) {
        List<Choice> choices = new ArrayList<>();
        for (VolumeName volume : volumes) {
            choices.add(Choice.anywhere("see who holds " + volume, "lockstepctl why " + volume));
        }
        choices.add(Choice.on(
                host,
                "have the guest write no more while you find out; nothing resumes it by itself",
                "virsh suspend " + word(domain)));
        return choices;
    }

    /** As a shell takes it: a domain's name may contain anything. */
    private static String word(String name) {
        return PLAIN.matcher(name).matches() ? name : "'" + name.replace("'", "'\\''") + "'";
    }
}
