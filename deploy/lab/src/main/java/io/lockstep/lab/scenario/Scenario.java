package io.lockstep.lab.scenario;

import java.util.Set;

/**
 * One named, repeatable case.
 *
 * @param name what {@code --only} takes and the table shows, in kebab case
 * @param title what happens, in one sentence
 */
public record Scenario(String name, String title, Set<Trait> traits, Body body) {

    /** What the runner must know about a scenario. */
    public enum Trait {
        /** Runs on every change; the others only with {@code --all}. */
        ON_EVERY_CHANGE,
        /** Leaves hosts or lock daemons in a state that only a restored cluster mends. */
        RUINS_THE_CLUSTER
    }

    /** What is done and checked. */
    @FunctionalInterface
    public interface Body {
        void play(Stage stage);
    }

    public Scenario {
        traits = Set.copyOf(traits);
    }

    public static Scenario of(String name, String title, Body body, Trait... traits) {
        return new Scenario(name, title, Set.of(traits), body);
    }
}
