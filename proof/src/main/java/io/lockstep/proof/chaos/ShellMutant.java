package io.lockstep.proof.chaos;

import io.lockstep.agent.state.AgentState;
import io.lockstep.core.domain.HypervisorReading;
import io.lockstep.core.hook.Verdict;
import io.lockstep.proof.chaos.world.Mutation;
import java.util.List;

/**
 * The shells of agent and controller made wrong in one place. Where two guards stand one behind the other, a mutant of either is none:
 * nothing that anybody could see changes.
 *
 * @param name in a few words joined by dashes
 * @param breaks what is wrong, in words
 */
public record ShellMutant(String name, String breaks, Mutation mutation) {

    private static final ShellMutant WAKES_LOST =
            new ShellMutant("wakes-lost", "an agent is not woken, and its scheduler has no turn", new Mutation() {
                @Override
                public boolean wakesArrive() {
                    return false;
                }

                @Override
                public boolean agentsTick() {
                    return false;
                }
            });

    private static final ShellMutant STATE_NOT_READ =
            new ShellMutant("state-not-read", "an agent that starts does not read its state", new Mutation() {
                @Override
                public AgentState loaded(AgentState saved) {
                    return AgentState.EMPTY;
                }
            });

    private static final ShellMutant SILENCE_IS_ABSENCE =
            new ShellMutant("silence-is-absence", "a libvirt that does not answer runs nothing", new Mutation() {
                @Override
                public HypervisorReading seen(HypervisorReading reading) {
                    return reading instanceof HypervisorReading.Silent
                            ? new HypervisorReading.Seen(List.of())
                            : reading;
                }
            });

    private static final ShellMutant REFUSALS_IGNORED =
            new ShellMutant("refusals-ignored", "a hook's refusal does not reach libvirt", new Mutation() {
                @Override
                public Verdict answered(Verdict verdict) {
                    return verdict instanceof Verdict.Refuse ? Verdict.allow() : verdict;
                }
            });

    /** All of them. */
    public static final List<ShellMutant> ALL =
            List.of(WAKES_LOST, STATE_NOT_READ, SILENCE_IS_ABSENCE, REFUSALS_IGNORED);
}
