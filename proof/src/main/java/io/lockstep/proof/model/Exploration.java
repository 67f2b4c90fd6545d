package io.lockstep.proof.model;

import java.util.EnumSet;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Explores every state of a configuration, breadth first, so that the way to the first violation is a shortest one. It ends with the
 * first violation.
 */
public final class Exploration {

    private final Configuration configuration;
    private final Model model;
    private final States states;
    private final Rests rests = new Rests();
    private final EnumSet<Event> seen = EnumSet.noneOf(Event.class);
    private final int most;
    private final long[] packed;
    private long steps;
    private int depth;
    private @Nullable Violation violation;

    /** @param most states that fit into the memory that there is */
    public Exploration(Configuration configuration, Rules rules, int most) {
        this.configuration = configuration;
        this.model = new Model(configuration, rules);
        this.states = new States(model.shape().longs);
        this.packed = new long[model.shape().longs];
        this.most = most;
    }

    /** @throws IllegalStateException when there are more states than were allowed */
    public Result run() {
        Shape shape = model.shape();
        shape.write(model.start(), packed);
        states.add(packed, -1);
        int level = 1;
        long[] state = new long[shape.longs];
        for (int number = 0; number < states.size() && violation == null; number++) {
            if (number == level) {
                depth++;
                level = states.size();
            }
            if (states.size() > most) {
                throw new IllegalStateException(configuration.name() + " has more than " + most
                        + " states: allow more of them (--most), with more memory, or bound it tighter");
            }
            states.get(number, state);
            World world = shape.read(state);
            rests.state();
            int from = number;
            model.steps(world, (event, host, domain, after) -> step(from, event, after));
            if (violation == null && rests.atRest()) {
                String wrong = model.invariants().atRest(world);
                if (wrong != null) {
                    violation = new Violation(wrong, Trace.to(model, states, from, Optional.empty()));
                }
            }
        }
        int restsFound = rests.count();
        if (violation == null) {
            int lost = rests.firstWithoutRest();
            if (lost >= 0) {
                violation = new Violation(
                        "rest: whatever happens next, it never comes to rest",
                        Trace.to(model, states, lost, Optional.empty()));
            }
        }
        return new Result(configuration, states.size(), steps, depth, restsFound, seen, Optional.ofNullable(violation));
    }

    private void step(int from, Event event, World after) {
        if (violation != null) {
            return;
        }
        steps++;
        seen.add(event);
        model.shape().write(after, packed);
        String wrong = after.broken();
        int number = wrong != null ? from : states.add(packed, from);
        if (wrong == null && number < 0) {
            number = -number - 1;
            wrong = model.invariants().inEveryState(after);
        }
        if (wrong != null) {
            violation = new Violation(wrong, Trace.to(model, states, from, Optional.of(packed)));
        } else if (event.kind == Kind.PROGRESS && number != from) {
            rests.goesOnTo(number);
        }
    }
}
