package io.lockstep.agent.state;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * The agent's state, with one writer at a time.
 *
 * <p>Guarantees: a promise is visible to others only after it is on disk; giving something up always succeeds, and reaches the
 * disk as soon as the disk takes it.
 */
public final class StateStore {

    private final StateStorage storage;
    private final ReentrantLock writing = new ReentrantLock();
    private volatile AgentState state;
    private volatile Optional<String> problem = Optional.empty();

    public StateStore(StateStorage storage) throws IOException {
        this.storage = storage;
        this.state = storage.load();
    }

    public AgentState get() {
        return state;
    }

    /** Why the state on disk is behind, in words; empty when it is not. */
    public Optional<String> problem() {
        return problem;
    }

    /** For what is promised: nothing changes when it cannot be saved. */
    public AgentState promise(UnaryOperator<AgentState> change) throws StateNotSavedException {
        writing.lock();
        try {
            AgentState next = change.apply(state);
            if (!next.equals(state)) {
                save(next);
                state = next;
            }
            return next;
        } catch (IOException e) {
            throw new StateNotSavedException(notSaved(e), e);
        } finally {
            writing.unlock();
        }
    }

    /** For what is given up: it counts at once, and is saved now or later. */
    public AgentState giveUp(UnaryOperator<AgentState> change) {
        writing.lock();
        try {
            AgentState next = change.apply(state);
            if (!next.equals(state) || problem.isPresent()) {
                state = next;
                save(next);
            }
            return next;
        } catch (IOException e) {
            problem = Optional.of(notSaved(e));
            return state;
        } finally {
            writing.unlock();
        }
    }

    /** Saves again what could not be saved. */
    public void retry() {
        if (problem.isPresent()) {
            giveUp(UnaryOperator.identity());
        }
    }

    private void save(AgentState next) throws IOException {
        storage.save(next);
        problem = Optional.empty();
    }

    private String notSaved(IOException e) {
        return storage.words() + " cannot be written: " + e.getMessage();
    }
}
