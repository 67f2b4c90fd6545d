package io.lockstep.proof.chaos;

import io.lockstep.agent.state.AgentState;
import io.lockstep.core.domain.HypervisorReading;
import io.lockstep.core.handover.Epoch;
import io.lockstep.core.hook.Verdict;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockResult;
import io.lockstep.proof.chaos.world.Mutation;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The shells of agent and controller made wrong in one place. Random runs must find it: {@link #get} tells by what, and is empty when
 * none did.
 *
 * @param wrong what is wrong, in words
 */
public record ShellMutant(String wrong, Mutation mutation) implements Supplier<Optional<String>> {

    static final ShellMutant WAKES_LOST = new ShellMutant("wakes are lost and nobody looks", new Mutation() {
        @Override
        public boolean wakesArrive() {
            return false;
        }

        @Override
        public boolean agentsTick() {
            return false;
        }
    });

    static final ShellMutant STATE_NOT_READ =
            new ShellMutant("the state file is not read after a crash", new Mutation() {
                @Override
                public AgentState loaded(AgentState saved) {
                    return AgentState.EMPTY;
                }
            });

    static final ShellMutant SILENCE_IS_ABSENCE = new ShellMutant("a silent libvirt runs nothing", new Mutation() {
        @Override
        public HypervisorReading seen(HypervisorReading reading) {
            return reading instanceof HypervisorReading.Silent ? new HypervisorReading.Seen(List.of()) : reading;
        }
    });

    static final ShellMutant NO_READ_BACK =
            new ShellMutant("what a command says is believed without reading back", new Mutation() {
                @Override
                public LockResult changed(LockMode asked, LockResult result) {
                    return result instanceof LockResult.Unknown ? new LockResult.Granted(asked) : result;
                }
            });

    static final ShellMutant OLD_EPOCH_ACCEPTED =
            new ShellMutant("a command to share is obeyed whatever its epoch", new Mutation() {
                @Override
                public Epoch epoch(Epoch commanded, Epoch highestSeen) {
                    return commanded.compareTo(highestSeen) > 0 ? commanded : highestSeen.next();
                }
            });

    static final ShellMutant REFUSALS_IGNORED =
            new ShellMutant("a hook's refusal does not reach libvirt", new Mutation() {
                @Override
                public Verdict answered(Verdict verdict) {
                    return verdict instanceof Verdict.Refuse ? Verdict.allow() : verdict;
                }
            });

    /** All of them. */
    public static final List<ShellMutant> ALL =
            List.of(WAKES_LOST, STATE_NOT_READ, SILENCE_IS_ABSENCE, NO_READ_BACK, OLD_EPOCH_ACCEPTED, REFUSALS_IGNORED);

    private static final int SEEDS = 10;
    private static final int STEPS = 4_000;

    /** Runs until it is found, and tells the violation; empty when it was not. */
    @Override
    public Optional<String> get() {
        for (int seed = 1; seed <= SEEDS; seed++) {
            Chaos.Outcome outcome = Chaos.run(seed, STEPS, mutation);
            if (!outcome.violations().isEmpty()) {
                return Optional.of("seed %d, step %d: %s"
                        .formatted(seed, outcome.steps(), outcome.violations().getFirst()));
            }
        }
        return Optional.empty();
    }
}
