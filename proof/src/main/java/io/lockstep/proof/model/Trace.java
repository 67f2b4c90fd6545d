package io.lockstep.proof.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The way to a state, told step by step. */
final class Trace {

    private Trace() {}

    /**
     * The states are kept without saying which host is which. So the way is gone once more from the start, where each host has its name.
     *
     * @param last a state that is not among the states yet, one step from {@code number}
     */
    static List<String> to(Model model, States states, int number, Optional<long[]> last) {
        List<long[]> way = new ArrayList<>();
        for (int each = number; each > 0; each = states.parent(each)) {
            long[] state = new long[model.shape().longs];
            states.get(each, state);
            way.addFirst(state);
        }
        last.map(long[]::clone).ifPresent(way::add);
        List<String> told = new ArrayList<>();
        World world = model.start();
        for (int i = 0; i < way.size(); i++) {
            boolean wrong = last.isPresent() && i == way.size() - 1;
            world = step(model, world, way.get(i), wrong, told);
        }
        return told;
    }

    private static World step(Model model, World from, long[] to, boolean wrong, List<String> told) {
        List<World> found = new ArrayList<>();
        List<String> words = new ArrayList<>();
        long[] packed = new long[to.length];
        model.steps(from, (event, host, domain, after) -> {
            model.shape().write(after, packed);
            boolean there =
                    Arrays.equals(packed, to) && (!wrong || model.invariants().inEveryState(after) != null);
            if (found.isEmpty() && there) {
                found.add(after);
                words.add(words(event, host, domain, after));
            }
        });
        told.addAll(words);
        return found.getFirst();
    }

    private static String words(Event event, int host, int domain, World after) {
        StringBuilder locks = new StringBuilder();
        for (int each = 0; each < after.shape.hosts; each++) {
            locks.append(each == 0 ? "" : ", ").append(host(each)).append(' ').append(state(after, each));
        }
        String who = host(host) + (domain < 0 ? "" : " " + Knowledge.name(domain));
        return who + ": " + event.words + "\n      " + locks;
    }

    private static String state(World world, int host) {
        if (world.power(host) == Power.DOWN) {
            return world.lock(host) + " (no power)";
        }
        StringBuilder text = new StringBuilder(world.lock(host).toString());
        for (int domain = 0; domain < world.shape.domains; domain++) {
            Guest guest = world.guest(host, domain);
            Claim claim = world.claim(host, domain);
            Part part = world.part(host, domain);
            if (guest.present() || claim != Claim.NONE || part != Part.NONE) {
                text.append(" (").append(Knowledge.name(domain)).append(' ').append(word(guest));
                if (claim != Claim.NONE) {
                    text.append(", claim");
                }
                if (part != Part.NONE) {
                    text.append(", handover ").append(word(part));
                }
                text.append(')');
            }
        }
        return text.toString();
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    static String host(int host) {
        return "h" + (host + 1);
    }
}
