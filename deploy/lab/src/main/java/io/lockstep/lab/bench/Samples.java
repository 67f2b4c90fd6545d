package io.lockstep.lab.bench;

import java.util.ArrayList;
import java.util.List;

/** Seconds of the same thing done several times. */
final class Samples {

    private final List<Double> seconds = new ArrayList<>();

    void add(double value) {
        seconds.add(value);
    }

    boolean isEmpty() {
        return seconds.isEmpty();
    }

    double median() {
        List<Double> sorted = seconds.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
