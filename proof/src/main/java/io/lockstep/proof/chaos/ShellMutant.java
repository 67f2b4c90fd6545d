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
 * The shells of agent and controller made wrong in one place each. Random runs must find every one of them: {@link #get} tells by what,
 * and is empty when none did.
 */
public enum ShellMutant implements Supplier<Optional<String>> {
    WAKES_LOST("wakes are lost and nobody looks", new Mutation() {
        @Override
        public boolean wakesArrive() {
            return false;
        }

        @Override
        public boolean agentsTick() {
            return false;
        }
    }),
    STATE_NOT_READ("the state file is not read after a crash", new Mutation() {
        @Override
        public AgentState loaded(AgentState saved) {
            return AgentState.EMPTY;
        }
    }),
    NO_READ_BACK("what a command says is believed without reading back", new Mutation() {
        @Override
        public LockResult changed(LockMode asked, LockResult result) {
            return result instanceof LockResult.Unknown ? new LockResult.Granted(asked) : result;
        }
    }),
    SILENCE_IS_ABSENCE("a silent libvirt runs nothing", new Mutation() {
        @Override
        public HypervisorReading seen(HypervisorReading reading) {
            return reading instanceof HypervisorReading.Silent ? new HypervisorReading.Seen(List.of()) : reading;
        }
    }),
    OLD_EPOCH_ACCEPTED("a command to share is obeyed whatever its epoch", new Mutation() {
        @Override
        public Epoch epoch(Epoch commanded, Epoch highestSeen) {
            return commanded.compareTo(highestSeen) > 0 ? commanded : highestSeen.next();
        }
    }),
    REFUSALS_IGNORED("a hook's refusal does not reach libvirt", new Mutation() {
        @Override
        public Verdict answered(Verdict verdict) {
            return verdict instanceof Verdict.Refuse ? Verdict.allow() : verdict;
        }
    });

    private static final int SEEDS = 10;
    private static final int STEPS = 4_000;

    private final String wrong;
    private final Mutation mutation;

    ShellMutant(String wrong, Mutation mutation) {
        this.wrong = wrong;
        this.mutation = mutation;
    }

    /** What is wrong, in words. */
    public String wrong() {
        return wrong;
    }

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
