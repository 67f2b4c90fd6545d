package io.lockstep.lvm;

import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.Volume;
import io.lockstep.lvm.command.Command;
import io.lockstep.lvm.command.Limits;
import io.lockstep.lvm.report.LvmOutput;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The one command that changes locks. Never {@code -K} or {@code -y}: what an administrator has forbidden stays forbidden. */
final class Lvchange {

    /** LVM works on one volume after the other; a shared request that is excluded, and a release that is in use, take 5 s each. */
    private static final Duration REFUSAL = Duration.ofSeconds(6);

    private static final Duration ACTIVATION = Duration.ofSeconds(1);

    /** Whoever waits for a command counts on its end, killing included, within a minute. */
    private static final Duration MOST = Duration.ofSeconds(30);

    private Lvchange() {}

    static Command command(VgName vg, Collection<Volume> volumes, LockMode mode, Limits limits) {
        List<String> arguments = new ArrayList<>(List.of("lvchange", option(mode)));
        volumes.forEach(v -> arguments.add(v.name().toString()));
        Duration more = (mode == LockMode.EXCLUSIVE ? ACTIVATION : REFUSAL).multipliedBy(volumes.size() - 1L);
        return LvmOutput.of(Command.of(arguments))
                .inSlot("lvchange " + vg)
                .within(limits.time().plus(more.compareTo(MOST) < 0 ? more : MOST));
    }

    private static String option(LockMode mode) {
        return switch (mode) {
            case UNLOCKED -> "-an";
            case SHARED -> "-asy";
            case EXCLUSIVE -> "-aey";
        };
    }
}
