package io.lockstep.cli.output;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import java.time.Instant;
import java.util.Collection;
import java.util.function.Function;

/**
 * JSON for programs: the protocol's own JSON form with the names of the proto fields. So the check that keeps the protocol
 * compatible keeps this stable too. Every field is there even when it is empty; a 64-bit number is a string, a time RFC 3339.
 */
public final class Json {

    private static final JsonFormat.Printer MESSAGES =
            JsonFormat.printer().preservingProtoFieldNames().alwaysPrintFieldsWithNoPresence();
    private static final Gson PRETTY = new GsonBuilder()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .serializeNulls()
            .create();
    private static final Gson LINE =
            new GsonBuilder().disableHtmlEscaping().serializeNulls().create();

    private Json() {}

    public static JsonObject of(MessageOrBuilder message) {
        try {
            return JsonParser.parseString(MESSAGES.print(message)).getAsJsonObject();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("only an Any of an unknown type has no JSON form", e);
        }
    }

    public static <T> JsonArray list(Collection<T> items, Function<? super T, ? extends JsonElement> form) {
        JsonArray list = new JsonArray();
        items.forEach(i -> list.add(form.apply(i)));
        return list;
    }

    public static JsonArray words(Collection<String> words) {
        JsonArray list = new JsonArray();
        words.forEach(list::add);
        return list;
    }

    public static JsonObject object(String name, JsonElement value) {
        JsonObject object = new JsonObject();
        object.add(name, value);
        return object;
    }

    public static String time(Instant at) {
        return at.toString();
    }

    static String pretty(JsonElement json) {
        return PRETTY.toJson(json);
    }

    static String line(JsonElement json) {
        return LINE.toJson(json);
    }
}
