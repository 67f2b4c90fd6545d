package io.lockstep.lvm;

import io.lockstep.core.volume.HostId;
import io.lockstep.core.volume.LockResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * LVM's sentences, one by one. LVM names first the lock that was refused, which may be that of a pool, and then the volume that it
 * was for.
 */
final class RefusalParser {

    private record Rule(Pattern sentence, BiConsumer<RefusalParser, Matcher> meaning) {}

    private static final List<Rule> RULES = List.of(
            rule(
                    "LV locked by other host: (\\S+)(?: \\(host_id (\\d+)\\))?",
                    (p, m) -> p.volume(m.group(1), new LockResult.HeldElsewhere(host(m.group(2))))),
            rule(
                    "Failed to find logical volume \"(\\S+)\"",
                    (p, m) -> p.volume(m.group(1), new LockResult.NoSuchVolume())),
            rule("Volume group \"(\\S+)\" not found.*", (p, m) -> p.group(notVisible(m.group(1)))),
            rule("Cannot process volume group (\\S+)", (p, m) -> p.group(notVisible(m.group(1)))),
            rule("Logical volume (\\S+) in use\\.", (p, m) -> p.volume(m.group(1), new LockResult.InUse(""))),
            rule(
                    "Logical volume (\\S+) contains a filesystem in use\\.",
                    (p, m) -> p.volume(m.group(1), new LockResult.InUse("a mounted file system"))),
            rule(
                    "Logical volume (\\S+) is used by another device\\.",
                    (p, m) -> p.volume(m.group(1), new LockResult.InUse("another device"))),
            rule(
                    "Shared activation not compatible with LV type (\\S*) of (\\S+)",
                    (p, m) -> p.volume(m.group(2), new LockResult.NotShareable(type(m.group(1))))),
            rule(
                    "LV is already locked with incompatible mode: (\\S+)",
                    (p, m) -> p.volume(
                            m.group(1), new LockResult.Unknown("it is already locked here in an incompatible mode"))),
            rule("LV (\\S+) lock failed: (.*?)\\.?", (p, m) -> p.volume(m.group(1), lockFailed(m.group(2)))),
            rule(
                    "Locking failed for LV (\\S+)",
                    (p, m) -> p.volume(m.group(1), new LockResult.LockspaceDown("lvmlockd does not answer"))),
            rule("Failed to lock logical volume (\\S+?)\\.", (p, m) -> p.volumeOfLast(m.group(1))),
            rule(
                    "Failed to unlock logical volume (\\S+?)\\.",
                    (p, m) -> p.volume(m.group(1), new LockResult.Unknown("its lock could not be released"))),
            // Without a shared mode the question is the same, but nobody asked to share a snapshot's origin.
            rule(
                    "Change of snapshot (\\S+) will also change its origin.*",
                    (p, m) -> p.volume(m.group(1), new LockResult.NotShareable("snapshot"))),
            rule("VG \\S+ lock (?:failed|skipped): (.*?)\\.?", (p, m) -> p.group(lockFailed(m.group(1)))),
            rule(
                    "Global lock failed: (.*?)\\.?",
                    (p, m) -> p.group(new LockResult.Unknown("global lock: " + m.group(1)))),
            rule(
                    "WARNING: lvmlockd (?:process is not running|connect failed)\\.",
                    (p, m) -> p.group(new LockResult.LockspaceDown("lvmlockd is not running"))),
            rule("Cannot access VG \\S+ due to failed lock\\.", (p, m) -> p.group(Refusals.NO_VG_LOCK)));

    private static final Pattern NAMED = Pattern.compile("(?<![\\w.+/-])([\\w.+-]+/[\\w.+-]*[\\w+-])(?![\\w+/-])");

    private final Map<String, LockResult> volumes = new HashMap<>();
    private @Nullable LockResult group;
    private @Nullable LockResult last;

    Map<String, LockResult> volumes() {
        return volumes;
    }

    Optional<LockResult> group() {
        return Optional.ofNullable(group);
    }

    void line(String line) {
        for (Rule rule : RULES) {
            Matcher matcher = rule.sentence().matcher(line);
            if (matcher.matches()) {
                rule.meaning().accept(this, matcher);
                return;
            }
        }
        // A sentence of another LVM version is worth repeating to a person, for the volume that it names; a warning is
        // none.
        Matcher named = NAMED.matcher(line);
        if (!line.startsWith("WARNING:") && named.find()) {
            volumes.putIfAbsent(named.group(1), new LockResult.Unknown(line));
        }
    }

    /** The first sentence about a volume is the cause; what follows are consequences. */
    private void volume(String name, LockResult result) {
        volumes.putIfAbsent(name, result);
        last = result;
    }

    private void volumeOfLast(String name) {
        volumes.putIfAbsent(
                name, last != null ? last : new LockResult.Unknown("its lock was refused without a reason"));
        last = null;
    }

    private void group(LockResult result) {
        if (group == null) {
            group = result;
        }
    }

    private static Rule rule(String sentence, BiConsumer<RefusalParser, Matcher> meaning) {
        return new Rule(Pattern.compile(sentence), meaning);
    }

    private static Optional<HostId> host(@Nullable String number) {
        try {
            return number == null ? Optional.empty() : Optional.of(new HostId(Integer.parseInt(number)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** So LVM says it of a group whose storage is away: it does not prove that any volume is gone. */
    private static LockResult notVisible(String group) {
        return new LockResult.LockspaceDown(
                "LVM does not see volume group " + group + " on this host: look at its storage");
    }

    /** A linear volume is refused only because a snapshot stands on it. */
    private static String type(String type) {
        return type.equals("linear") || type.equals("striped") ? "snapshot origin" : type;
    }

    /** What lvmlockd gives as the reason, for one LV lock or for the VG lock. */
    private static LockResult lockFailed(String reason) {
        if (reason.startsWith("held by other host")) {
            return new LockResult.Unknown("another host holds the VG lock, to change the metadata: try again");
        }
        if (reason.equals("orphan lock needs to be adopted")) {
            return new LockResult.LockspaceDown(
                    "sanlock keeps an orphan lease of a lvmlockd that died (" + reason + ")");
        }
        if (reason.equals("lock manager error")) {
            return new LockResult.LockspaceDown("sanlock does not answer: " + reason);
        }
        if (reason.equals("lockspace is inactive")
                || reason.equals("lock start in progress")
                || reason.equals("removed")
                || reason.startsWith("storage ")) {
            return new LockResult.LockspaceDown(reason);
        }
        // io timeout, sanlock lease needs repair, error -210, and what newer versions may say
        return new LockResult.Unknown(reason);
    }
}
