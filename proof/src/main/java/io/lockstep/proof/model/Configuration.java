package io.lockstep.proof.model;

import io.lockstep.core.volume.LockMode;
import java.util.List;
import java.util.Map;

/**
 * The size of one exploration: how many hosts there are, which domains share the one volume, and how often each stimulus may come.
 *
 * @param modes for each domain the mode in which it claims the volume
 * @param looks whether the controller looks for double runs
 * @param stimuli how often each may come; one that is missing never comes
 */
public record Configuration(
        String name, String what, int hosts, List<LockMode> modes, boolean looks, Map<Stimulus, Integer> stimuli) {

    private static final int MOST = 3;

    public Configuration {
        modes = List.copyOf(modes);
        stimuli = Map.copyOf(stimuli);
        if (hosts < 2 || hosts > MOST || modes.isEmpty() || modes.size() > 2) {
            throw new IllegalArgumentException(name + ": two or three hosts, one or two domains");
        }
        for (int times : stimuli.values()) {
            if (times < 0 || times > MOST) {
                throw new IllegalArgumentException(
                        name + ": a stimulus comes at most " + MOST + " times, not " + times);
            }
        }
    }

    int domains() {
        return modes.size();
    }

    int most(Stimulus stimulus) {
        return stimuli.getOrDefault(stimulus, 0);
    }
}
