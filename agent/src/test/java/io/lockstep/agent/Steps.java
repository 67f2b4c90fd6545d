package io.lockstep.agent;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;

/** Background work, done when a test says so. */
final class Steps {

    private static final int ENDLESS = 10_000;

    private final Deque<Runnable> waiting = new ArrayDeque<>();

    /** One process's threads. What a killed one had still to do is never done. */
    static final class AgentProcess implements Executor {
        private final Steps steps;
        private volatile boolean killed;

        AgentProcess(Steps steps) {
            this.steps = steps;
        }

        @Override
        public void execute(Runnable task) {
            steps.waiting.add(() -> {
                if (!killed) {
                    task.run();
                }
            });
        }

        void kill() {
            killed = true;
        }
    }

    /** Does everything that waits, and what follows from it. @throws IllegalStateException when it never comes to rest */
    void untilQuiet() {
        for (int done = 0; !waiting.isEmpty(); done++) {
            if (done > ENDLESS) {
                throw new IllegalStateException("the agents wake each other for ever");
            }
            waiting.remove().run();
        }
    }
}
