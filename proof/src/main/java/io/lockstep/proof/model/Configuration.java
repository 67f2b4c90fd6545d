package io.lockstep.proof.model;

import io.lockstep.core.volume.LockMode;
import java.util.List;

/**
 * The size of one exploration: how many hosts there are, which domains share the one volume, and how often each stimulus may come.
 *
 * @param modes for each domain the mode in which it claims the volume
 * @param libvirtFaults lost Finish, failed Confirm, aborts, post-copy, in all
 * @param tornLooks looks that show what is not so
 * @param alarms whether the controller looks for double runs
 */
public record Configuration(
        String name,
        String what,
        int hosts,
        List<LockMode> modes,
        int starts,
        int stops,
        int migrations,
        int libvirtFaults,
        int tornLooks,
        int agentCrashes,
        int powerCuts,
        boolean alarms) {

    private static final int MOST = 3;

    public Configuration {
        modes = List.copyOf(modes);
        if (hosts < 2 || hosts > MOST || modes.isEmpty() || modes.size() > 2) {
            throw new IllegalArgumentException(name + ": two or three hosts, one or two domains");
        }
        for (int budget : new int[] {starts, stops, migrations, libvirtFaults, tornLooks, agentCrashes, powerCuts}) {
            if (budget < 0 || budget > MOST) {
                throw new IllegalArgumentException(
                        name + ": a stimulus comes at most " + MOST + " times, not " + budget);
            }
        }
    }

    int domains() {
        return modes.size();
    }
}
