package io.lockstep.cli.migration;

import com.google.gson.JsonObject;
import io.lockstep.cli.output.Json;
import io.lockstep.cli.output.Words;
import io.lockstep.proto.v1.Handover;
import io.lockstep.proto.v1.HandoverPhase;
import io.lockstep.proto.v1.Migration;
import java.util.List;
import java.util.Optional;

/** One domain that is to leave a host, and how far it is. For one thread. */
final class Move {

    /** How far it is. */
    enum Stage {
        /** It is to be started. */
        PLANNED("planned"),
        /** libvirt works on it. */
        UNDER_WAY("under way"),
        /** The guest has moved; its handover is still open. */
        SETTLING("settling"),
        /** It runs on the target, which holds what it needs. */
        MOVED("moved"),
        /** It was started and failed, or nobody knows what became of it. */
        FAILED("failed"),
        /** It was not started, because something speaks against it. */
        REFUSED("refused"),
        /** It was not started, because another one failed before. */
        NOT_STARTED("not started");

        private final String words;

        Stage(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }

        boolean over() {
            return this == MOVED || this == FAILED || this == REFUSED || this == NOT_STARTED;
        }
    }

    private final String uuid;
    private final String name;
    private final String source;
    private String target;
    private Stage stage;
    private List<String> reasons;
    private Optional<Handover> handover = Optional.empty();
    private Migration migration = Migration.getDefaultInstance();
    private int settling;

    private Move(String uuid, String name, String source, String target, Stage stage, List<String> reasons) {
        this.uuid = uuid;
        this.name = name;
        this.source = source;
        this.target = target;
        this.stage = stage;
        this.reasons = List.copyOf(reasons);
    }

    static Move planned(String uuid, String name, String source, String target) {
        return new Move(uuid, name, source, target, Stage.PLANNED, List.of());
    }

    static Move refused(String uuid, String name, String source, String target, List<String> reasons) {
        return new Move(uuid, name, source, target, Stage.REFUSED, reasons);
    }

    /** @param migration one that somebody started before */
    static Move underWay(String uuid, String name, String source, Migration migration) {
        Move move = new Move(uuid, name, source, migration.getTarget(), Stage.UNDER_WAY, List.of());
        move.migration = migration;
        return move;
    }

    String uuid() {
        return uuid;
    }

    String name() {
        return name;
    }

    String target() {
        return target;
    }

    Stage stage() {
        return stage;
    }

    List<String> reasons() {
        return reasons;
    }

    Optional<Handover> handover() {
        return handover;
    }

    Migration migration() {
        return migration;
    }

    /** Who started it may not have said where to; its handover does. */
    String way() {
        return source + " -> " + (target.isEmpty() ? "?" : target);
    }

    void begun(Migration begun) {
        stage = Stage.UNDER_WAY;
        migration = begun;
    }

    void copying(Migration now) {
        migration = now;
    }

    /** @param open the domain's open handover */
    void handedOver(Optional<Handover> open) {
        handover = open;
        if (target.isEmpty()) {
            target = open.map(Handover::getTarget).orElse("");
        }
    }

    /** @return for how many looks in a row it has been so */
    int settle() {
        stage = Stage.SETTLING;
        return ++settling;
    }

    void moved() {
        stage = Stage.MOVED;
    }

    void failed(String reason) {
        stage = Stage.FAILED;
        reasons = List.of(reason);
    }

    void refused(List<String> why) {
        stage = Stage.REFUSED;
        reasons = List.copyOf(why);
    }

    void notStarted() {
        stage = Stage.NOT_STARTED;
    }

    /** The handover's phase while one is open, otherwise the stage. */
    String words() {
        return switch (stage) {
            case UNDER_WAY, SETTLING ->
                handover.map(Handover::getPhase)
                        .filter(p -> p != HandoverPhase.HANDOVER_PHASE_UNSPECIFIED)
                        .map(Words::of)
                        .orElse(stage.words());
            case PLANNED, MOVED, FAILED, REFUSED, NOT_STARTED -> stage.words();
        };
    }

    JsonObject json() {
        JsonObject json = new JsonObject();
        json.addProperty("domain_uuid", uuid);
        json.addProperty("domain_name", name);
        json.addProperty("source", source);
        json.addProperty("target", target);
        json.addProperty("result", stage.words());
        json.add("reasons", Json.words(reasons));
        return json;
    }
}
