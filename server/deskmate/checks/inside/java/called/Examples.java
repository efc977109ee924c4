package deskmatecalled;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Calls methods, line after line, with values that are written in words (see notation.py), behind which
 * stands what the call gives. It says in JSON what comes of it, and what was promised, as a value of the
 * method's types; or that the words are none.
 */
public final class Examples {
    private static final Map<String, Object> UNFIT = Map.of("kind", "unfit");

    /** The file that names the methods: in each line its class, and what it is. */
    public static void main(String[] args) throws Exception {
        BufferedReader asked = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.setIn(new ByteArrayInputStream(new byte[0]));
        PrintStream none = new PrintStream(OutputStream.nullOutputStream());
        System.setErr(none);
        System.setOut(none);
        List<Method> methods = new ArrayList<>();
        for (String line : Files.readAllLines(Paths.get(args[0]), StandardCharsets.UTF_8)) {
            String[] said = line.split(" ", 2);
            for (Method one : Class.forName(said[0]).getDeclaredMethods()) {
                if (one.toString().equals(said[1])) {
                    methods.add(one);
                }
            }
        }
        Serve.say(Map.of());
        for (String line = asked.readLine(); line != null; line = asked.readLine()) {
            List<String> words = new ArrayList<>(List.of(line.trim().split(" ")));
            Method method = methods.get(Integer.parseInt(words.remove(0)));
            Serve.say(answer(method, Written.read(words), Written.read(words)));
        }
    }

    private static Map<String, Object> answer(Method method, Written given, Written promised) {
        Object receiver;
        Object[] args;
        Object wanted;
        try {
            receiver = Modifier.isStatic(method.getModifiers()) ? null : makeReceiver(method.getDeclaringClass());
            args = makeArguments(method, given.items);
            wanted = promised.kind == 'e' ? null : promised.make(method.getGenericReturnType());
        } catch (ReflectiveOperationException | RuntimeException unfit) {
            return UNFIT;
        }
        Map<String, Object> told = Serve.observe(method, receiver, args);
        told.remove("unfit");
        told.put("wanted", Describe.describe(Describe.finish(wanted)));
        return told;
    }

    /** Of a class that has nothing in it. */
    private static Object makeReceiver(Class<?> owner) throws ReflectiveOperationException {
        for (Class<?> kind = owner; kind != Object.class; kind = kind.getSuperclass()) {
            for (Field field : kind.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    throw new Written.Unfit();
                }
            }
        }
        Constructor<?> maker = owner.getDeclaredConstructor();
        maker.setAccessible(true);
        return maker.newInstance();
    }

    private static Object[] makeArguments(Method method, List<Written> given) {
        Type[] kinds = method.getGenericParameterTypes();
        List<Written> written = new ArrayList<>(given);
        if (method.isVarArgs() && written.size() >= kinds.length - 1) {
            int fixed = kinds.length - 1;
            List<Written> rest = List.copyOf(written.subList(fixed, written.size()));
            Class<?> part = method.getParameterTypes()[fixed].getComponentType();
            boolean isWhole = rest.size() == 1 && (rest.get(0).isList() || rest.get(0).kind == '0');
            if (isWhole && (rest.get(0).kind == '0' || part == Object.class || part.isArray() || Iterable.class.isAssignableFrom(part))) {
                throw new Written.Unfit(); // it may be the list, or one of its items
            }
            if (!isWhole) {
                written = new ArrayList<>(written.subList(0, fixed));
                written.add(new Written('l', "", rest));
            }
        }
        if (written.size() != kinds.length) {
            throw new Written.Unfit();
        }
        Object[] args = new Object[kinds.length];
        for (int at = 0; at < args.length; at++) {
            args[at] = written.get(at).make(kinds[at]);
        }
        return args;
    }
}
